package io.fanfare.journal;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much of the recent log is held in memory.
///
/// @param maxSize bytes of records and their index at most
/// @param window time that a record is held at most, and how far back reading begins at start
/// @param catchUpReaders partitions that are read back from Kafka at once at most, for whoever
/// needs what is older; zero for none
/// @param catchUpMaxRecords records of one partition that are looked through for one resume at
/// most
@Validated
@ConfigurationProperties("fanfare.journal")
public record JournalProperties(@DefaultValue("64MB") DataSize maxSize, @DefaultValue("5m") Duration window,
		@DefaultValue("2") @Min(0) @Max(16) int catchUpReaders,
		@DefaultValue("1000000") @Min(1) long catchUpMaxRecords) {

	public JournalProperties {
		if (maxSize.toBytes() < Journal.MIN_SIZE || maxSize.toBytes() > Integer.MAX_VALUE) {
			throw new IllegalArgumentException("fanfare.journal.max-size must be between 4MB and 2GB");
		}
	}

}
