package io.fanfare.load;

import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;

/// What the sessions have received: every record checked, its latency recorded.
///
/// Threads: the receivers' one event loop; [#received()] and [#lastAt()] are for any thread.
final class Deliveries {

	/// Longest latency told apart, one minute.
	private static final long MAX_NANOS = 60_000_000_000L;

	private final SequenceCheck[] checks;

	private final Histogram fromIntended = new Histogram(MAX_NANOS, 3);

	private final Histogram fromSent = new Histogram(MAX_NANOS, 3);

	private final AtomicLong received = new AtomicLong();

	private final AtomicLong lastAt = new AtomicLong();

	private long misdirected;

	/// Records intended to be sent from then on are recorded, as of [System#nanoTime()].
	private volatile long recordFrom = Long.MAX_VALUE;

	private volatile long recordUntil = Long.MAX_VALUE;

	Deliveries(int sessions) {
		this.checks = new SequenceCheck[sessions];
		for (int i = 0; i < sessions; i++) {
			this.checks[i] = new SequenceCheck();
		}
	}

	/// Records latencies of what is to be sent in that time; the rest is only checked.
	void record(long from, long until) {
		this.recordUntil = until;
		this.recordFrom = from;
	}

	/// Takes one notification.
	/// @param session number of the session that received it
	/// @param now [System#nanoTime()]
	void received(int session, Stamp stamp, long now) {
		if (stamp.to() != Stamp.EVERYONE && stamp.to() != session) {
			this.misdirected++;
			return;
		}
		this.checks[session].received(stamp.sequence());
		if (stamp.intended() >= this.recordFrom && stamp.intended() < this.recordUntil) {
			this.fromIntended.recordValue(latency(stamp.intended(), now));
			this.fromSent.recordValue(latency(stamp.sent(), now));
		}
		this.lastAt.setRelease(now);
		this.received.incrementAndGet();
	}

	private static long latency(long from, long now) {
		return Math.clamp(now - from, 0, MAX_NANOS);
	}

	/// Returns how many have come. Any thread.
	long received() {
		return this.received.get();
	}

	/// Returns when the newest came, as of [System#nanoTime()]. Any thread.
	long lastAt() {
		return this.lastAt.get();
	}

	/// Returns a copy of the latencies from the intended send time, in nanoseconds:
	/// corrected for coordinated omission.
	Histogram fromIntended() {
		return this.fromIntended.copy();
	}

	/// Returns a copy of the latencies from the actual send time, in nanoseconds.
	Histogram fromSent() {
		return this.fromSent.copy();
	}

	/// Returns what went wrong.
	/// @param published how many records each session was to get
	Faults faults(int[] published) {
		long lost = 0;
		long duplicates = 0;
		long outOfOrder = 0;
		for (int i = 0; i < this.checks.length; i++) {
			lost += this.checks[i].lost(published[i]);
			duplicates += this.checks[i].duplicates();
			outOfOrder += this.checks[i].outOfOrder();
		}
		return new Faults(lost, duplicates, outOfOrder, this.misdirected);
	}

	/// Records that did not come to their session once and in order.
	///
	/// @param lost never came
	/// @param duplicates came again
	/// @param outOfOrder came after a later one
	/// @param misdirected came to another session
	record Faults(long lost, long duplicates, long outOfOrder, long misdirected) {

		boolean none() {
			return this.lost + this.duplicates + this.outOfOrder + this.misdirected == 0;
		}

		@Override
		public String toString() {
			return "lost %,d, duplicate %,d, out of order %,d, misdirected %,d".formatted(this.lost, this.duplicates,
					this.outOfOrder, this.misdirected);
		}

	}

}
