package io.fanfare.load;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;

/// When each of some sessions had all that was published for it, received or told in a gap.
///
/// Nothing is published for them meanwhile. Threads: the receivers' event loop; [#left()] is
/// for any.
final class Completion {

	private static final long MAX_NANOS = 600_000_000_000L;

	private final Deliveries deliveries;

	private final long from;

	private final BitSet incomplete = new BitSet();

	/// Sessions that have yet to be told that they are live again.
	private final BitSet behind = new BitSet();

	private final AtomicInteger left;

	private final AtomicLong moves = new AtomicLong();

	private final Histogram times = new Histogram(MAX_NANOS, 3);

	/// @param replayed whether a session is complete only after `caughtup`
	/// @param from when the time begins, as of [System#nanoTime()]
	Completion(Deliveries deliveries, SessionRange sessions, boolean replayed, long from) {
		this.deliveries = deliveries;
		this.from = from;
		this.incomplete.set(sessions.first(), sessions.end());
		if (replayed) {
			this.behind.set(sessions.first(), sessions.end());
		}
		this.left = new AtomicInteger(sessions.size());
		if (!replayed) {
			sessions.stream().forEach((session) -> progress(session, from));
		}
	}

	/// The session has received a notification.
	/// @param last whether it is the last one for this session alone
	void received(int session, boolean last, long now) {
		if (this.incomplete.get(session)) {
			this.moves.incrementAndGet();
			if (last) {
				progress(session, now);
			}
		}
	}

	/// The session may have all.
	void progress(int session, long now) {
		if (this.incomplete.get(session) && !this.behind.get(session) && this.deliveries.hasAll(session)) {
			this.incomplete.clear(session);
			this.times.recordValue(Math.clamp(now - this.from, 0, MAX_NANOS));
			this.left.decrementAndGet();
		}
	}

	/// The session was told that it is live again.
	void caughtUp(int session, long now) {
		this.behind.clear(session);
		progress(session, now);
	}

	/// Returns how many sessions have not all yet. Any thread.
	int left() {
		return this.left.get();
	}

	/// Returns a number that grows while these sessions receive. Any thread.
	long moves() {
		return this.moves.get();
	}

	/// Returns a copy of the times in nanoseconds, the last session's as the greatest.
	Histogram times() {
		return this.times.copy();
	}

}
