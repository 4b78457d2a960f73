package io.fanfare.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;

/// Connections to a gateway on loopback.
///
/// They come from several loopback addresses, because one has ports for 28,000 connections and
/// is slow to give out the last of them.
final class Connector {

	static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

	private static final int PER_SOURCE_ADDRESS = 5000;

	private static final int READ_SIZE = 4096;

	/// A small receive buffer, and segments as on Ethernet: with loopback's 64 KB the
	/// kernel would take megabytes from the sender for a reader that takes nothing.
	private static final int SMALL_BUFFER = 32 * 1024;

	private static final int SMALL_SEGMENT = 1460;

	/// TCP_MAXSEG of tcp(7).
	private static final IntegerUnixChannelOption MAX_SEGMENT = new IntegerUnixChannelOption("TCP_MAXSEG", 6, 2);

	private final InetSocketAddress gateway;

	private final boolean sourceAddresses = Epoll.isAvailable();

	private final Bootstrap bootstrap;

	private final ChannelGroup channels;

	Connector(int port, EventLoopGroup eventLoop, ChannelGroup channels) {
		this.gateway = address(1, port);
		this.channels = channels;
		this.bootstrap = new Bootstrap().group(eventLoop)
			.channel(this.sourceAddresses ? EpollSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_SIZE))
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis());
		if (this.sourceAddresses) {
			// Lets the kernel choose the port when it knows the destination.
			this.bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
		}
	}

	String authority() {
		return this.gateway.getAddress().getHostAddress() + ":" + this.gateway.getPort();
	}

	/// Connects.
	/// @param small whether the kernel is to hold little for this connection
	/// @param failed told why there is no connection, on the event loop
	void connect(int session, ChannelHandler receiver, boolean small, Consumer<Throwable> failed) {
		Bootstrap one = this.bootstrap.clone().handler(new ChannelInitializer<Channel>() {
			@Override
			protected void initChannel(Channel channel) {
				Connector.this.channels.add(channel);
				channel.pipeline().addLast(receiver);
			}
		});
		if (small) {
			one.option(ChannelOption.SO_RCVBUF, SMALL_BUFFER);
			if (this.sourceAddresses) {
				one.option(MAX_SEGMENT, SMALL_SEGMENT);
			}
		}
		ChannelFuture connected = this.sourceAddresses
				? one.connect(this.gateway, address(2 + session / PER_SOURCE_ADDRESS, 0)) : one.connect(this.gateway);
		connected.addListener((future) -> {
			if (!future.isSuccess()) {
				failed.accept(future.cause());
			}
		});
	}

	private static InetSocketAddress address(int lastByte, int port) {
		try {
			return new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, (byte) lastByte }), port);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
