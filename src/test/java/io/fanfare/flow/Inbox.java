package io.fanfare.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/// What one client has received and how its connection ended. Every frame is read by the
/// CloudEvents SDK. Filled by the client's threads, read by a test; every wait is bounded.
public final class Inbox {

	/// How long a test waits for what has to come.
	public static final Duration PATIENCE = Duration.ofSeconds(20);

	private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

	private final CompletableFuture<Close> closed = new CompletableFuture<>();

	private final AtomicInteger pings = new AtomicInteger();

	/// The first frame that is no CloudEvent.
	private volatile @Nullable AssertionError unreadable;

	void text(String json) {
		try {
			this.events.add(Event.read(json));
		}
		catch (AssertionError ex) {
			this.unreadable = ex;
		}
	}

	void ping() {
		this.pings.incrementAndGet();
	}

	void closed(int code, String reason) {
		this.closed.complete(new Close(code, reason));
	}

	/// Waits for the next event of any kind.
	public Event next() {
		try {
			Event event = this.events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			requireReadable();
			if (event == null) {
				throw new AssertionError("No event within " + PATIENCE + ", closed: " + this.closed);
			}
			return event;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
	}

	/// Waits for the next event of that type and leaves out what comes before.
	public Event next(String type) {
		Event event = next();
		while (!event.type().equals(type)) {
			event = next();
		}
		return event;
	}

	/// Waits for `io.fanfare.caughtup`.
	/// @return all that came before it, in order, without heartbeats, which may come at
	/// any time
	public List<Event> untilCaughtUp() {
		List<Event> before = new ArrayList<>();
		Event event = nextButHeartbeats();
		while (!event.type().equals("io.fanfare.caughtup")) {
			before.add(event);
			event = nextButHeartbeats();
		}
		return before;
	}

	/// Waits for the next event and leaves out heartbeats.
	Event nextButHeartbeats() {
		Event event = next();
		while (event.type().equals("io.fanfare.heartbeat")) {
			event = next();
		}
		return event;
	}

	/// Waits for the next notification and leaves out the gateway's own events.
	public Event nextNotification() {
		Event event = next();
		while (event.isControl()) {
			event = next();
		}
		return event;
	}

	/// Waits for so many notifications.
	public List<Event> nextNotifications(int count) {
		List<Event> notifications = new ArrayList<>(count);
		while (notifications.size() < count) {
			notifications.add(nextNotification());
		}
		return notifications;
	}

	/// Takes what is there now, without waiting.
	public List<Event> drain() {
		List<Event> present = new ArrayList<>();
		this.events.drainTo(present);
		requireReadable();
		return present;
	}

	/// Returns how many pings have come.
	public int pings() {
		return this.pings.get();
	}

	/// Whether the connection has ended.
	public boolean isClosed() {
		return this.closed.isDone();
	}

	/// Waits for the end of the connection.
	public Close awaitClose() {
		try {
			Close close = this.closed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			requireReadable();
			return close;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError("Not closed within " + PATIENCE, ex);
		}
	}

	private void requireReadable() {
		AssertionError error = this.unreadable;
		if (error != null) {
			throw error;
		}
	}

}
