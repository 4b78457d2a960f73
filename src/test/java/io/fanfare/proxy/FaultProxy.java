package io.fanfare.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;

/// Listens on a loopback port and passes every connection on to a target, byte for byte, until
/// told to do it harm: see [ProxiedConnection].
///
/// An end of one side becomes an end of the other, a reset becomes a reset.
/// Threads: one event loop, to which everything here belongs; every method may be called from
/// any thread, and has taken effect when it returns.
/// Failure: a client is reset when the target does not take its connection.
public final class FaultProxy implements AutoCloseable {

	/// What the kernel is asked to hold from the target, in bytes; Linux doubles it.
	public static final int RECEIVE_BUFFER = 16 * 1024;

	/// All that the kernel holds in one read: Linux then opens a full window at once, and
	/// otherwise often not before the sender's next probe, seconds later.
	private static final int READ_SIZE = 4 * RECEIVE_BUFFER;

	private static final int PATIENCE_SECONDS = 10;

	private final MultiThreadIoEventLoopGroup threads = new MultiThreadIoEventLoopGroup(1,
			new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());

	private final EventLoop loop = this.threads.next();

	/// Oldest first.
	private final Set<ProxiedConnection> connections = new LinkedHashSet<>();

	private final Channel server;

	private volatile InetSocketAddress target;

	private volatile Consumer<ProxiedConnection> greeting = (connection) -> {
	};

	private FaultProxy(int port, InetSocketAddress target) {
		this.target = target;
		ChannelFuture bound = new ServerBootstrap().group(this.threads)
			.channel(NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 4096)
			.childOption(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(initializer(this::accept))
			.bind(InetAddress.getLoopbackAddress(), port)
			.awaitUninterruptibly();
		this.server = bound.channel();
		if (!bound.isSuccess()) {
			var _ = this.threads.shutdownGracefully();
			throw new IllegalStateException("The proxy cannot listen on port " + port, bound.cause());
		}
	}

	/// Starts a proxy on a free port.
	public static FaultProxy start(InetSocketAddress target) {
		return start(0, target);
	}

	/// Starts a proxy.
	/// @param port where to listen, 0 for any free port
	public static FaultProxy start(int port, InetSocketAddress target) {
		return new FaultProxy(port, target);
	}

	/// Where clients connect to.
	public InetSocketAddress address() {
		return (InetSocketAddress) this.server.localAddress();
	}

	/// Has new connections go to another target; those that are there stay.
	public void retarget(InetSocketAddress target) {
		this.target = target;
	}

	/// Has every new connection shown to `greeting` before a byte passes. On the event
	/// loop, which it must not hold up.
	public void onConnection(Consumer<ProxiedConnection> greeting) {
		this.greeting = greeting;
	}

	/// Returns the open connections, oldest first.
	public List<ProxiedConnection> connections() {
		return call(() -> List.copyOf(this.connections));
	}

	/// Resets every connection.
	public void cutAll() {
		cutAll(Cut.RST);
	}

	/// Ends every connection.
	public void cutAll(Cut how) {
		call(() -> {
			List.copyOf(this.connections).forEach((connection) -> connection.end(how));
			return how;
		});
	}

	/// Resets all connections and lets go of port and thread.
	@Override
	public void close() {
		if (this.threads.isShuttingDown()) {
			return;
		}
		cutAll();
		await(this.server.close());
		await(this.threads.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS));
	}

	<T> T call(Callable<T> action) {
		if (!this.loop.inEventLoop()) {
			Future<T> result = this.loop.submit(action);
			await(result);
			return result.getNow();
		}
		try {
			return action.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	void ended(ProxiedConnection connection) {
		this.connections.remove(connection);
	}

	private void accept(SocketChannel client) {
		new Bootstrap().group(this.loop)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.AUTO_READ, false)
			.option(ChannelOption.ALLOW_HALF_CLOSURE, true)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
			.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_SIZE))
			.handler(initializer((channel) -> {
			}))
			.connect(this.target)
			.addListener((ChannelFuture connected) -> {
				if (connected.isSuccess()) {
					start(new ProxiedConnection(this, client, (SocketChannel) connected.channel()));
				}
				else {
					ProxiedConnection.close(client, Cut.RST);
				}
			});
	}

	private void start(ProxiedConnection connection) {
		this.connections.add(connection);
		this.greeting.accept(connection);
		connection.start();
	}

	private static ChannelHandler initializer(Consumer<SocketChannel> action) {
		return new ChannelInitializer<SocketChannel>() {
			@Override
			protected void initChannel(SocketChannel channel) {
				action.accept(channel);
			}
		};
	}

	private static void await(Future<?> result) {
		if (!result.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The proxy's event loop did not answer");
		}
		if (!result.isSuccess()) {
			throw new IllegalStateException(result.cause());
		}
	}

}
