package io.fanfare.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.jspecify.annotations.Nullable;

/// The client ends of all sessions, on one event loop, which leaves the other cores to the
/// gateway.
///
/// Connects from several loopback addresses, because one has ports for 28,000 connections and
/// is slow to give out the last of them. Threads: [#open] is called by one thread at a time.
final class Receivers implements AutoCloseable {

	private static final int PER_SOURCE_ADDRESS = 5000;

	private static final int MAX_IN_FLIGHT = 256;

	private static final int READ_SIZE = 4096;

	private static final Duration STEP = Duration.ofMillis(5);

	private static final Duration STALL = Duration.ofSeconds(20);

	private final MultiThreadIoEventLoopGroup eventLoop;

	private final ChannelGroup channels;

	private final InetSocketAddress gateway;

	private final String path;

	private final boolean sourceAddresses;

	private final AtomicInteger ready = new AtomicInteger();

	/// Sessions whose upgrade was begun and is not yet ready or over.
	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger ended = new AtomicInteger();

	private final AtomicReference<@Nullable String> firstEnd = new AtomicReference<>();

	private volatile Deliveries deliveries = new Deliveries(0);

	private volatile boolean closing;

	Receivers(int port, String path) {
		this.gateway = address(1, port);
		this.path = path;
		IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
		this.sourceAddresses = Epoll.isAvailable();
		this.eventLoop = new MultiThreadIoEventLoopGroup(1, io);
		this.channels = new DefaultChannelGroup(this.eventLoop.next());
	}

	/// Opens a session for each token and waits until all are ready.
	/// @param tokens of the sessions that are to be open in all, those already open first
	/// @param perSecond upgrades begun in a second at most
	/// @param newDeliveries told what the sessions receive
	/// @throws LoadException if a session is refused, is lost, or nothing happens for
	/// 20 s
	void open(List<String> tokens, int perSecond, Deliveries newDeliveries, Progress progress) throws LoadException {
		this.deliveries = newDeliveries;
		Bootstrap bootstrap = bootstrap();
		int first = this.ready.get();
		int next = first;
		long start = System.nanoTime();
		long lastChange = start;
		int lastReady = first;
		while (this.ready.get() < tokens.size()) {
			requireAllOpen();
			long now = System.nanoTime();
			long due = first + (now - start) * perSecond / Duration.ofSeconds(1).toNanos();
			while (next < tokens.size() && next <= due && this.inFlight.get() < MAX_IN_FLIGHT) {
				this.inFlight.incrementAndGet();
				connect(bootstrap, next, tokens.get(next));
				next++;
			}
			if (this.ready.get() != lastReady) {
				lastReady = this.ready.get();
				lastChange = now;
			}
			else if (now - lastChange > STALL.toNanos()) {
				throw new LoadException("only %,d of %,d sessions are ready, and none since %d s".formatted(lastReady,
						tokens.size(), STALL.toSeconds()));
			}
			progress.update("opening sessions: %,d of %,d", lastReady, tokens.size());
			LockSupport.parkNanos(STEP.toNanos());
		}
		requireAllOpen();
		progress.done("%,d sessions open after %.1f s", tokens.size(), (System.nanoTime() - start) / 1e9);
	}

	private Bootstrap bootstrap() {
		Bootstrap bootstrap = new Bootstrap().group(this.eventLoop)
			.channel(this.sourceAddresses ? EpollSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_SIZE))
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) STALL.toMillis());
		if (this.sourceAddresses) {
			// Lets the kernel choose the port when it knows the destination.
			bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
		}
		return bootstrap;
	}

	private void connect(Bootstrap bootstrap, int session, String token) {
		String authority = this.gateway.getAddress().getHostAddress() + ":" + this.gateway.getPort();
		Receiver receiver = new Receiver(session, authority, this.path, token, new Told());
		Bootstrap one = bootstrap.clone().handler(new ChannelInitializer<Channel>() {
			@Override
			protected void initChannel(Channel channel) {
				Receivers.this.channels.add(channel);
				channel.pipeline().addLast(receiver);
			}
		});
		var _ = (this.sourceAddresses ? one.connect(this.gateway, source(session)) : one.connect(this.gateway))
			.addListener((connected) -> {
				if (!connected.isSuccess()) {
					end(false, "not connected: " + connected.cause());
				}
			});
	}

	private static InetSocketAddress source(int session) {
		return address(2 + session / PER_SOURCE_ADDRESS, 0);
	}

	private static InetSocketAddress address(int lastByte, int port) {
		try {
			return new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, (byte) lastByte }), port);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// @throws LoadException if a session has ended
	void requireAllOpen() throws LoadException {
		int over = this.ended.get();
		if (over > 0) {
			throw new LoadException("%,d sessions ended, the first one: %s".formatted(over, this.firstEnd.get()));
		}
	}

	/// Returns a value made on the event loop that the receivers run on.
	<T> T onEventLoop(Supplier<T> supplier) throws InterruptedException {
		try {
			return this.eventLoop.next().submit(supplier::get).get(10, TimeUnit.SECONDS);
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
		this.eventLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
	}

	private void end(boolean wasReady, String why) {
		if (this.closing) {
			return;
		}
		if (!wasReady) {
			this.inFlight.decrementAndGet();
		}
		this.firstEnd.compareAndSet(null, why);
		this.ended.incrementAndGet();
	}

	private final class Told implements Receiver.Events {

		@Override
		public void ready(int session) {
			Receivers.this.inFlight.decrementAndGet();
			Receivers.this.ready.incrementAndGet();
		}

		@Override
		public void notification(int session, Stamp stamp, long now) {
			Receivers.this.deliveries.received(session, stamp, now);
		}

		@Override
		public void ended(int session, boolean wasReady, String why) {
			end(wasReady, why);
		}

	}

}
