package io.fanfare.audit;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.fanfare.load.LoadException;

/// Ends gateways and starts them again, while notifications are published. Of every four, two are
/// killed, the second one gets a SIGTERM, and the third one is killed together with the other.
///
/// Each has its place among the notifications, drawn from a seed; none is published beyond the
/// next one's before both gateways are ready again. Threads: one, but for [#limit()].
final class Outages {

	private static final int ROUND = 4;

	private static final int TERM = 1;

	private static final int BOTH = 2;

	private static final Duration POLL = Duration.ofMillis(20);

	private final Replicas replicas;

	private final int[] places;

	private final SplittableRandom random;

	private final Audit audit;

	/// Notifications that may be published so far; read by the publisher.
	private volatile int limit;

	/// @param count how many there are
	/// @param notifications how many will be published
	Outages(Replicas replicas, int count, int notifications, SplittableRandom random, Audit audit) {
		this.replicas = replicas;
		this.random = random;
		this.audit = audit;
		this.places = IntStream.range(0, count)
			.map((i) -> (int) ((i + 0.5 + random.nextDouble(0.5)) / (count + 1) * notifications))
			.toArray();
		this.limit = place(0);
	}

	/// Returns how many notifications may be published so far. Any thread.
	int limit() {
		return this.limit;
	}

	/// Makes them all; returns when both gateways are ready.
	/// @param over whether nothing more is published
	void makeAll(BooleanSupplier over) throws LoadException {
		for (int i = 0; i < this.places.length; i++) {
			while (this.audit.publications().sent() < this.places[i]) {
				if (over.getAsBoolean()) {
					return;
				}
				LockSupport.parkNanos(POLL.toNanos());
			}
			this.limit = place(i + 1);
			int first = this.random.nextInt(2);
			make(Integer.getInteger("audit.kind", i % ROUND), this.replicas.get(first), this.replicas.get(1 - first),
					Duration.ofMillis(this.random.nextInt(100, 2000)));
		}
	}

	private int place(int index) {
		return (index < this.places.length) ? this.places[index] : Integer.MAX_VALUE;
	}

	private void make(int kind, Replicas.Replica one, Replicas.Replica other, Duration down) throws LoadException {
		if (kind == TERM) {
			this.audit.tally().add(Tally.Count.TERMINATED);
			this.audit.log().line("SIGTERM for gateway " + one);
			one.terminate();
		}
		else {
			kill(one);
		}
		if (kind == BOTH) {
			kill(other);
		}
		LockSupport.parkNanos(down.toNanos());
		one.start();
		if (kind == BOTH) {
			other.start();
			other.awaitReadiness();
		}
		one.awaitReadiness();
		this.audit.log().line("both gateways are ready");
	}

	private void kill(Replicas.Replica replica) {
		this.audit.tally().add(Tally.Count.KILLED);
		this.audit.log().line("SIGKILL for gateway " + replica);
		replica.kill();
	}

}
