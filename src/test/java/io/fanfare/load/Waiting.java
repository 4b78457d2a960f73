package io.fanfare.load;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Waits that end where nothing moves any more.
final class Waiting {

	/// Time without any change after which what is left counts as lost.
	private static final Duration LOST = Duration.ofSeconds(10);

	private static final Duration STEP = Duration.ofMillis(2);

	private final Receivers receivers;

	private final Progress progress;

	Waiting(Receivers receivers, Progress progress) {
		this.receivers = receivers;
		this.progress = progress;
	}

	/// Waits until all sessions are complete, or nothing has moved for ten seconds.
	/// @throws LoadException if a session has ended
	void untilComplete(String what, Completion completion) throws LoadException, InterruptedException {
		untilNone(what, completion::left, completion::moves);
	}

	/// Waits until nothing is left, or what is left has been the same for ten seconds.
	/// @param left how many are left, negative ones being as good as none
	/// @return whether nothing is left
	/// @throws LoadException if a session has ended
	boolean untilNone(String what, LongSupplier left) throws LoadException, InterruptedException {
		return untilNone(what, left, () -> 0);
	}

	/// Waits until nothing is left, or nothing has moved for ten seconds.
	/// @param moves a number that changes while something moves
	/// @return whether nothing is left
	/// @throws LoadException if a session has ended
	boolean untilNone(String what, LongSupplier left, LongSupplier moves) throws LoadException, InterruptedException {
		long last = Long.MAX_VALUE;
		long since = System.nanoTime();
		while (true) {
			long now = left.getAsLong();
			if (now <= 0) {
				return true;
			}
			long state = now + moves.getAsLong();
			if (state != last) {
				last = state;
				since = System.nanoTime();
			}
			else if (System.nanoTime() - since > LOST.toNanos()) {
				return false;
			}
			this.receivers.requireAllOpen();
			this.progress.update("%s: %,d left", what, now);
			Thread.sleep(STEP);
		}
	}

	/// Waits until then.
	/// @param until as of [System#nanoTime()]
	/// @throws LoadException if a session has ended
	void until(String what, long until) throws LoadException, InterruptedException {
		long left = until - System.nanoTime();
		while (left > 0) {
			this.receivers.requireAllOpen();
			this.progress.update("%s: %d s left", what, Duration.ofNanos(left).toSeconds());
			Thread.sleep(Duration.ofNanos(Math.min(left, 100_000_000)));
			left = until - System.nanoTime();
		}
	}

	/// Waits that long.
	/// @throws LoadException if a session has ended
	void during(String what, Duration time) throws LoadException, InterruptedException {
		until(what, System.nanoTime() + time.toNanos());
	}

}
