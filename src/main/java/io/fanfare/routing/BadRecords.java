package io.fanfare.routing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

import io.fanfare.notification.LogRecord;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.BadRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts, logs and copies records that are passed by. The log gets one line per reason and
/// interval, with the number of lines left out. On the log thread.
final class BadRecords {

	private static final Logger logger = LoggerFactory.getLogger(BadRecords.class);

	private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

	private final Map<BadRecord, Reason> reasons = new EnumMap<>(BadRecord.class);

	private final DeadLetters deadLetters;

	private final InstantSource clock;

	BadRecords(DeadLetters deadLetters, InstantSource clock, MeterRegistry registry) {
		this.deadLetters = deadLetters;
		this.clock = clock;
		for (BadRecord reason : BadRecord.values()) {
			this.reasons.put(reason, new Reason(FanfareMeter.BAD_RECORDS.counter(registry, "reason", reason.tag())));
		}
	}

	void passBy(LogRecord record, BadRecord why) {
		Reason reason = this.reasons.get(why);
		if (reason != null) {
			reason.counter.increment();
			log(record, why, reason);
		}
		this.deadLetters.copy(record, why);
	}

	private void log(LogRecord record, BadRecord why, Reason reason) {
		Instant now = this.clock.instant();
		if (now.isBefore(reason.nextLine)) {
			reason.linesLeftOut++;
			return;
		}
		logger.warn("Passed by record {}: {} ({} more since the last line)", record.position(), why.tag(),
				reason.linesLeftOut);
		reason.nextLine = now.plus(LOG_INTERVAL);
		reason.linesLeftOut = 0;
	}

	private static final class Reason {

		private final Counter counter;

		private Instant nextLine = Instant.MIN;

		private long linesLeftOut;

		Reason(Counter counter) {
			this.counter = counter;
		}

	}

}
