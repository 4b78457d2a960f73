package io.fanfare.journal;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much of the recent log is held in memory.
///
/// @param maxSize bytes of records and their index at most
/// @param window time that a record is held at most, and how far back reading begins at start
@Validated
@ConfigurationProperties("fanfare.journal")
public record JournalProperties(@DefaultValue("64MB") DataSize maxSize, @DefaultValue("5m") Duration window) {

	private static final long MIN_SIZE = 4L * 1024 * 1024;

	public JournalProperties {
		if (maxSize.toBytes() < MIN_SIZE || maxSize.toBytes() > Integer.MAX_VALUE) {
			throw new IllegalArgumentException("fanfare.journal.max-size must be between 4MB and 2GB");
		}
	}

}
