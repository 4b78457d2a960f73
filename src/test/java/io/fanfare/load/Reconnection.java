package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.EventLoop;

/// Sessions that were cut and all come back at once, as fast as the gateway takes them: a
/// bounded number of upgrades is in flight, and the next begins when one is ready or refused.
///
/// Who is refused or finds no connection waits as long as the gateway asks for, and at random up
/// to a second more, doubled with each further failure (`docs/protocol.md` §7, *backoff*).
/// Threads: the receivers' event loop; the figures are for any.
final class Reconnection {

	private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

	private static final int MAX_DOUBLINGS = 5;

	private final EventLoop loop;

	private final Receiver.Events events;

	private final int limit;

	private final Connect connect;

	private final Queue<Integer> due = new ArrayDeque<>();

	private final Map<Integer, Integer> failures = new HashMap<>();

	private final SplittableRandom random = new SplittableRandom(1);

	private int inFlight;

	private final AtomicInteger left;

	private final AtomicInteger refusals = new AtomicInteger();

	private final AtomicLong lastAt = new AtomicLong(System.nanoTime());

	/// @param events told of the sessions that are back
	/// @param limit upgrades in flight at most
	Reconnection(EventLoop loop, Receiver.Events events, SessionRange sessions, int limit, Connect connect) {
		this.loop = loop;
		this.events = events;
		this.limit = limit;
		this.connect = connect;
		this.left = new AtomicInteger(sessions.size());
		sessions.stream().forEach(this.due::add);
	}

	void connectMore() {
		while (this.inFlight < this.limit && !this.due.isEmpty()) {
			this.inFlight++;
			this.connect.connect(this.due.remove(), new Back());
		}
	}

	private void retry(int session, int retryAfterSeconds) {
		this.refusals.incrementAndGet();
		int before = this.failures.merge(session, 1, Integer::sum) - 1;
		long backoff = FIRST_BACKOFF.toMillis() << Math.min(before, MAX_DOUBLINGS);
		long millis = Duration.ofSeconds(retryAfterSeconds).toMillis() + this.random.nextLong(backoff);
		var _ = this.loop.schedule(() -> {
			this.due.add(session);
			connectMore();
		}, millis, TimeUnit.MILLISECONDS);
	}

	/// Returns how many sessions are not ready yet. Any thread.
	int left() {
		return this.left.get();
	}

	/// Returns how often a session was refused or found no connection. Any thread.
	int refusals() {
		return this.refusals.get();
	}

	/// Returns when the last session was ready, as of [System#nanoTime()]. Any thread.
	long lastAt() {
		return this.lastAt.get();
	}

	/// Opens a connection for a session.
	interface Connect {

		void connect(int session, Receiver.Events events);

	}

	/// What happens to a session that comes back.
	private final class Back implements Receiver.Events {

		@Override
		public void ready(int session) {
			Reconnection.this.inFlight--;
			Reconnection.this.lastAt.setRelease(System.nanoTime());
			Reconnection.this.left.decrementAndGet();
			Reconnection.this.events.ready(session);
			connectMore();
		}

		@Override
		public void notification(int session, Stamp stamp, long now) {
			Reconnection.this.events.notification(session, stamp, now);
		}

		@Override
		public void gap(int session, Gap gap, long now) {
			Reconnection.this.events.gap(session, gap, now);
		}

		@Override
		public void caughtUp(int session, long now) {
			Reconnection.this.events.caughtUp(session, now);
		}

		@Override
		public void ended(int session, Receiver.End end) {
			if (end.wasReady()) {
				Reconnection.this.events.ended(session, end);
				return;
			}
			Reconnection.this.inFlight--;
			retry(session, end.retryAfterSeconds());
			connectMore();
		}

	}

}
