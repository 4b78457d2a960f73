package io.fanfare.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import org.jspecify.annotations.Nullable;

/// The client ends of all sessions, on one event loop, which leaves the other cores to the
/// gateway. Sessions can be set apart: what comes for them is read on a second one.
///
/// Threads: called by one thread at a time, which is not the event loop.
final class Receivers implements AutoCloseable {

	private static final int MAX_IN_FLIGHT = 256;

	private static final Duration STEP = Duration.ofMillis(5);

	private final MultiThreadIoEventLoopGroup eventLoops;

	private final EventLoop loop;

	private final ChannelGroup channels;

	private final Connector connector;

	private final Connector apartConnector;

	private final String path;

	private final AtomicInteger ready = new AtomicInteger();

	/// Sessions whose upgrade was begun and is not yet ready or over.
	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger ended = new AtomicInteger();

	private final AtomicReference<@Nullable String> firstEnd = new AtomicReference<>();

	private volatile Deliveries deliveries = new Deliveries(0, new Published(0));

	private volatile boolean closing;

	private List<String> tokens = List.of();

	/// Each session's connection, the newest one.
	private Receiver[] receivers = new Receiver[0];

	/// Sessions for which the kernel is to hold little.
	private SessionRange small = new SessionRange(0, 0);

	private SessionRange apart = new SessionRange(0, 0);

	Receivers(int port, String path) {
		this.path = path;
		IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
		this.eventLoops = new MultiThreadIoEventLoopGroup(2, io);
		this.loop = this.eventLoops.next();
		this.channels = new DefaultChannelGroup(this.loop);
		this.connector = new Connector(port, this.loop, this.channels);
		this.apartConnector = new Connector(port, this.eventLoops.next(), this.channels);
	}

	/// Has these sessions connect with small buffers from now on.
	void smallBuffers(SessionRange sessions) {
		this.small = sessions;
	}

	/// Has these sessions connect so that what comes for them waits for no other's. They
	/// stay open to the end of the run: they are neither cut nor held nor all closed.
	void apart(SessionRange sessions) {
		this.apart = sessions;
	}

	/// Opens a session for each token and waits until all are ready.
	/// @param newTokens of the sessions that are to be open in all, those already open
	/// first
	/// @param perSecond upgrades begun in a second at most
	/// @param newDeliveries told what the sessions receive
	/// @throws LoadException if a session is refused, is lost, or nothing happens for
	/// 20 s
	void open(List<String> newTokens, int perSecond, Deliveries newDeliveries, Progress progress) throws LoadException {
		this.deliveries = newDeliveries;
		this.tokens = newTokens;
		this.receivers = Arrays.copyOf(this.receivers, newTokens.size());
		int first = this.ready.get();
		int next = first;
		long start = System.nanoTime();
		long lastChange = start;
		int lastReady = first;
		while (this.ready.get() < newTokens.size()) {
			requireAllOpen();
			long now = System.nanoTime();
			long due = first + (now - start) * perSecond / Duration.ofSeconds(1).toNanos();
			while (next < newTokens.size() && next <= due && this.inFlight.get() < MAX_IN_FLIGHT) {
				this.inFlight.incrementAndGet();
				connect(next, "", new Told(true));
				next++;
			}
			if (this.ready.get() != lastReady) {
				lastReady = this.ready.get();
				lastChange = now;
			}
			else if (now - lastChange > Connector.CONNECT_TIMEOUT.toNanos()) {
				throw new LoadException("only %,d of %,d sessions are ready, and none since %d s".formatted(lastReady,
						newTokens.size(), Connector.CONNECT_TIMEOUT.toSeconds()));
			}
			progress.update("opening sessions: %,d of %,d", lastReady, newTokens.size());
			LockSupport.parkNanos(STEP.toNanos());
		}
		requireAllOpen();
		progress.done("%,d sessions open after %.1f s", newTokens.size(), (System.nanoTime() - start) / 1e9);
	}

	private void connect(int session, String cursor, Receiver.Events told) {
		boolean isApart = this.apart.contains(session);
		Receiver.Events events = isApart ? new HandedOver(this.loop, told) : told;
		Receiver receiver = new Receiver(session, this.connector.authority(), this.path, this.tokens.get(session),
				cursor, events);
		this.receivers[session] = receiver;
		(isApart ? this.apartConnector : this.connector).connect(session, receiver, this.small.contains(session),
				(cause) -> events.ended(session, new Receiver.End(false, "not connected: " + cause, 0)));
	}

	/// Cuts the connections of these sessions, all at once.
	void cut(SessionRange sessions) throws InterruptedException {
		each(sessions, Receiver::cut);
	}

	/// Has these sessions, which were cut, come back from now on, each with its newest
	/// cursor.
	/// @param limit upgrades in flight at most
	Reconnection reconnect(SessionRange sessions, int limit) throws InterruptedException {
		return onEventLoop(() -> {
			Reconnection reconnection = new Reconnection(this.loop, new Told(false), sessions, limit,
					(session, events) -> {
						this.deliveries.reconnected(session);
						connect(session, this.receivers[session].cursor(), events);
					});
			reconnection.connectMore();
			return reconnection;
		});
	}

	/// Returns a notification as it came, a whole frame.
	byte[] sample() throws LoadException, InterruptedException {
		byte[] sample = onEventLoop(() -> this.receivers[0].sample());
		if (sample == null) {
			throw new LoadException("the first session has received nothing");
		}
		return sample;
	}

	/// Has these sessions read nothing from their sockets, or go on.
	void reading(SessionRange sessions, boolean on) throws InterruptedException {
		each(sessions, (receiver) -> receiver.reading(on));
	}

	private void each(SessionRange sessions, Consumer<Receiver> what) throws InterruptedException {
		var _ = onEventLoop(() -> {
			sessions.stream().forEach((session) -> what.accept(this.receivers[session]));
			return sessions;
		});
	}

	/// @throws LoadException if a session has ended that was not cut
	void requireAllOpen() throws LoadException {
		int over = this.ended.get();
		if (over > 0) {
			throw new LoadException("%,d sessions ended, the first one: %s".formatted(over, this.firstEnd.get()));
		}
	}

	/// Returns a value made on the event loop that the receivers run on.
	<T extends @Nullable Object> T onEventLoop(Supplier<T> supplier) throws InterruptedException {
		try {
			return this.loop.submit(supplier::get).get(30, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// Closes all sessions and waits for that; others can be opened after it.
	void closeAll() throws InterruptedException {
		this.closing = true;
		this.channels.close().await(10, TimeUnit.SECONDS);
		// Netty tells a handler of the end in a task behind the one that closes.
		var _ = onEventLoop(() -> this.closing);
		var _ = onEventLoop(() -> this.closing);
		this.ready.set(0);
		this.closing = false;
	}

	@Override
	public void close() {
		this.closing = true;
		this.channels.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
		this.eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
	}

	/// Tells on another event loop what is told on the connection's own.
	private record HandedOver(EventLoop loop, Receiver.Events events) implements Receiver.Events {

		@Override
		public void ready(int session) {
			this.loop.execute(() -> this.events.ready(session));
		}

		@Override
		public void notification(int session, Stamp stamp, long now) {
			this.loop.execute(() -> this.events.notification(session, stamp, now));
		}

		@Override
		public void gap(int session, Gap gap, long now) {
			this.loop.execute(() -> this.events.gap(session, gap, now));
		}

		@Override
		public void caughtUp(int session, long now) {
			this.loop.execute(() -> this.events.caughtUp(session, now));
		}

		@Override
		public void ended(int session, Receiver.End end) {
			this.loop.execute(() -> this.events.ended(session, end));
		}

	}

	/// What is told of sessions.
	private final class Told implements Receiver.Events {

		private final boolean opening;

		/// @param opening whether the sessions open for the first time
		Told(boolean opening) {
			this.opening = opening;
		}

		@Override
		public void ready(int session) {
			if (this.opening) {
				Receivers.this.inFlight.decrementAndGet();
				Receivers.this.ready.incrementAndGet();
			}
		}

		@Override
		public void notification(int session, Stamp stamp, long now) {
			Receivers.this.deliveries.received(session, stamp, now);
		}

		@Override
		public void gap(int session, Gap gap, long now) {
			Receivers.this.deliveries.gap(session, gap, now);
		}

		@Override
		public void caughtUp(int session, long now) {
			Receivers.this.deliveries.caughtUp(session, now);
		}

		@Override
		public void ended(int session, Receiver.End end) {
			if (!Receivers.this.closing) {
				if (this.opening && !end.wasReady()) {
					Receivers.this.inFlight.decrementAndGet();
				}
				Receivers.this.firstEnd.compareAndSet(null, end.why());
				Receivers.this.ended.incrementAndGet();
			}
		}

	}

}
