package io.fanfare.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongToIntFunction;

/// Records at a steady rate whatever the answer, on a thread of its own, each with an intended
/// send time and sent then or as soon after as can be.
///
/// Latency is to be counted from the intended time, so that a record that had to wait for a slow
/// moment before it was sent counts its waiting (no coordinated omission).
final class SteadyLoad {

	private static final Duration LEAD = Duration.ofMillis(200);

	private final Publisher publisher;

	private final double intervalNanos;

	private final LongToIntFunction sessionOf;

	private final long startAt = System.nanoTime() + LEAD.toNanos();

	private volatile long endAt = this.startAt + Duration.ofDays(1).toNanos();

	private final CompletableFuture<Long> lateness = new CompletableFuture<>();

	private SteadyLoad(Publisher publisher, int perSecond, LongToIntFunction sessionOf) {
		this.publisher = publisher;
		this.intervalNanos = 1e9 / perSecond;
		this.sessionOf = sessionOf;
	}

	/// Begins.
	/// @param sessionOf whom the record of that index is for
	static SteadyLoad start(Publisher publisher, int perSecond, LongToIntFunction sessionOf) {
		SteadyLoad load = new SteadyLoad(publisher, perSecond, sessionOf);
		Thread.ofPlatform().daemon().name("load-publisher").start(() -> {
			try {
				load.lateness.complete(load.publish());
			}
			catch (RuntimeException ex) {
				load.lateness.completeExceptionally(ex);
			}
		});
		return load;
	}

	/// Returns the intended send time of the first record, as of [System#nanoTime()].
	long startAt() {
		return this.startAt;
	}

	private long publish() {
		long latest = 0;
		for (long i = 0;; i++) {
			long intended = this.startAt + (long) (i * this.intervalNanos);
			long early = intended - System.nanoTime();
			while (early > 0 && intended - this.endAt < 0) {
				LockSupport.parkNanos(early);
				early = intended - System.nanoTime();
			}
			if (intended - this.endAt >= 0) {
				return latest;
			}
			latest = Math.max(latest, -early);
			this.publisher.toSession(this.sessionOf.applyAsInt(i), intended);
		}
	}

	/// Ends before the first record intended for then or later, and waits until the log
	/// has all before it.
	/// @return nanoseconds that a record was sent late at most
	Duration end(long at) throws LoadException, InterruptedException {
		this.endAt = at;
		try {
			long latest = this.lateness.get(1, TimeUnit.MINUTES);
			this.publisher.flush();
			return Duration.ofNanos(latest);
		}
		catch (ExecutionException ex) {
			throw new LoadException("publishing failed: " + ex.getCause(), ex);
		}
		catch (TimeoutException ex) {
			throw new LoadException("publishing does not end", ex);
		}
	}

}
