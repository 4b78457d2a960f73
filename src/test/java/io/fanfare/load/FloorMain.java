package io.fanfare.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/// What raw Netty needs to write frames: a server that asks for no token, encodes nothing, and
/// writes one and the same frame to its connections, each write with a flush of its own. The
/// floor that the gateway is compared with, a process of its own as that is.
///
/// Argument: the port. Commands, one a line on standard input, each answered by a line:
/// `frame HEX`; `unicast RATE SECONDS`, to the connections in turn; `broadcast BURST`, to all.
/// Ends on SIGTERM and when its standard input ends, which is when the tool has gone.
final class FloorMain {

	/// Printed when connections are taken.
	static final String STARTED = "The floor is up.";

	private FloorMain() {
	}

	public static void main(String[] args) throws IOException, InterruptedException {
		boolean epoll = Epoll.isAvailable();
		IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
		// As many event loops as the gateway has.
		int loops = Runtime.getRuntime().availableProcessors();
		MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, io);
		FloorConnections connections = new FloorConnections();
		new ServerBootstrap().group(group)
			.channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 1000)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<Channel>() {
				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new FloorUpgrade(connections));
				}
			})
			.bind(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))
			.sync();
		System.out.println(STARTED);
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		ByteBuf frame = Unpooled.EMPTY_BUFFER;
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			String[] words = line.split(" ", -1);
			switch (words[0]) {
				case "frame" -> {
					byte[] bytes = HexFormat.of().parseHex(words[1]);
					frame = Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes));
					answer(bytes.length);
				}
				case "unicast" ->
					answer(connections.unicast(frame, Integer.parseInt(words[1]), Integer.parseInt(words[2])));
				case "broadcast" -> answer(connections.broadcast(frame, Integer.parseInt(words[1])));
				default -> throw new IllegalArgumentException(line);
			}
		}
		System.exit(0);
	}

	private static void answer(long number) {
		System.out.println(ChildProcess.ANSWER + number);
	}

}
