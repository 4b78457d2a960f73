package io.fanfare.ingest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// How far this replica is behind the log, from end offsets and positions seen tick by tick.
/// Written by the ingest thread, read by any.
final class CatchUp {

	/// An observation older than this no longer says that the replica is at the end.
	private static final Duration FRESH = Duration.ofSeconds(5);

	private final InstantSource clock;

	private volatile State state;

	private Map<TopicPartition, Long> ends = Map.of();

	private long progress = -1;

	private Instant progressAt;

	CatchUp(InstantSource clock, MeterRegistry registry) {
		this.clock = clock;
		this.progressAt = clock.instant();
		this.state = new State(false, clock.instant(), null);
		FanfareMeter.INGEST_LAG.gauge(registry, this, (catchUp) -> catchUp.lag().toMillis() / 1000.0);
	}

	/// Returns the end offsets of the observation before, which positions are to be held
	/// against: under a steady stream nobody is ever at the newest end.
	Map<TopicPartition, Long> ends() {
		return this.ends;
	}

	/// Notes one look at the log.
	/// @param reachedEarlierEnds whether positions have reached [#ends()]
	/// @param newEnds end offsets now
	/// @param head positions now
	void observe(boolean reachedEarlierEnds, Map<TopicPartition, Long> newEnds, HeadUpdate head) {
		Instant now = this.clock.instant();
		boolean reached = reachedEarlierEnds && !this.ends.isEmpty();
		long newProgress = 0;
		for (long offset : head.offsets()) {
			newProgress += offset;
		}
		if (reached || newProgress != this.progress) {
			this.progress = newProgress;
			this.progressAt = now;
		}
		State before = this.state;
		this.state = new State(before.everCaughtUp || reached, reached ? now : before.caughtUpAt, now);
		this.ends = newEnds;
	}

	/// Notes that nothing can be said of progress from before: the brokers do not answer,
	/// or reading began anew.
	void interrupted() {
		this.progressAt = this.clock.instant();
	}

	/// Returns for how long positions have not moved although records wait.
	Duration stuckFor() {
		return Duration.between(this.progressAt, this.clock.instant());
	}

	/// Whether this replica has been at the end of the log once. Any thread.
	boolean everCaughtUp() {
		return this.state.everCaughtUp;
	}

	/// Returns the time since this replica was last seen at the end of the log, zero
	/// while it is there. Any thread.
	Duration lag() {
		State now = this.state;
		Duration since = Duration.between(now.caughtUpAt, this.clock.instant());
		boolean there = now.caughtUpAt.equals(now.observedAt) && since.compareTo(FRESH) < 0;
		return there ? Duration.ZERO : since;
	}

	/// @param everCaughtUp whether the end was reached once
	/// @param caughtUpAt when the end was last seen reached
	/// @param observedAt when the log was last looked at, or `null`
	private record State(boolean everCaughtUp, Instant caughtUpAt, @Nullable Instant observedAt) {
	}

}
