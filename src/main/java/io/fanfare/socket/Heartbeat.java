package io.fanfare.socket;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The clock of all connections of one event loop: one sweep a few times a second instead of
/// timers per session. Threads: the event loop.
final class Heartbeat {

	/// Time between two looks at a connection; every deadline is that exact.
	static final Duration SWEEP = Duration.ofMillis(250);

	private static final double JITTER = 0.1;

	private final SocketProperties properties;

	private final String build;

	private final InstantSource clock;

	private final LongSupplier ingestLagMs;

	private final long nextCursorNanos;

	private final long lastCursorNanos;

	private final List<ClientConnection> connections = new ArrayList<>();

	/// Starts the sweep, which ends with the event loop.
	Heartbeat(ScheduledExecutorService eventLoop, SocketProperties properties, String build, InstantSource clock,
			LongSupplier ingestLagMs, Duration cursorInterval) {
		this.properties = properties;
		this.build = build;
		this.clock = clock;
		this.ingestLagMs = ingestLagMs;
		this.nextCursorNanos = cursorInterval.toNanos() / 2;
		this.lastCursorNanos = Math.max(0, cursorInterval.minus(SWEEP).toNanos());
		var _ = eventLoop.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	void add(ClientConnection connection) {
		connection.index(this.connections.size());
		this.connections.add(connection);
	}

	/// Forgets a connection. Does nothing where it was never added.
	void remove(ClientConnection connection) {
		int index = connection.index();
		if (index < this.connections.size() && this.connections.get(index) == connection) {
			ClientConnection last = this.connections.removeLast();
			if (last != connection) {
				this.connections.set(index, last);
				last.index(index);
			}
		}
	}

	private void sweep() {
		long now = System.nanoTime();
		// A session never outlives its token, so it ends up to one sweep before.
		long wallClock = this.clock.millis() + SWEEP.toMillis();
		// Backwards, because a connection that ends gives its place to the last one.
		for (int i = this.connections.size() - 1; i >= 0; i--) {
			ClientConnection connection = this.connections.get(i);
			try {
				connection.tick(now, wallClock);
			}
			// An error, too: no connection of the loop would be looked at again.
			catch (RuntimeException | Error ex) {
				connection.failed(ex);
			}
		}
	}

	Duration interval() {
		return this.properties.heartbeatInterval();
	}

	long intervalNanos() {
		return interval().toNanos();
	}

	long jitteredInterval() {
		return (long) (intervalNanos() * (1 - JITTER + 2 * JITTER * ThreadLocalRandom.current().nextDouble()));
	}

	/// Returns how old the last cursor is when a notification carries the next: well
	/// before an event of its own has to, so that a busy session needs none.
	long nextCursorNanos() {
		return this.nextCursorNanos;
	}

	/// Returns how long ago the first notification since a cursor was written when an
	/// event
	/// of its own carries the next.
	long lastCursorNanos() {
		return this.lastCursorNanos;
	}

	long pongNanos() {
		return this.properties.pongTimeout().toNanos();
	}

	long stallNanos() {
		return this.properties.stallTimeout().toNanos();
	}

	Duration tokenNotice() {
		return this.properties.tokenNotice();
	}

	Duration closeTimeout() {
		return this.properties.closeTimeout();
	}

	String build() {
		return this.build;
	}

	long ingestLagMs() {
		return this.ingestLagMs.getAsLong();
	}

}
