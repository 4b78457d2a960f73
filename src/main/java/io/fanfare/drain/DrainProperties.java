package io.fanfare.drain;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How a replica leaves.
///
/// @param notice time from readiness going off, with new upgrades refused, until sessions are
/// sent elsewhere; zero for none
@Validated
@ConfigurationProperties("fanfare.drain")
public record DrainProperties(@DefaultValue("2s") Duration notice) {

	public DrainProperties {
		if (notice.isNegative()) {
			throw new IllegalArgumentException("fanfare.drain.notice must not be negative");
		}
	}

}
