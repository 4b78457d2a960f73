package io.fanfare.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;

/// The client ends of a [Peer]'s connections, in a process of their own.
///
/// Arguments: the port, how many, the path, and what each sends after its upgrade. A line with a
/// number on standard input is answered with how many messages have come since the beginning,
/// once these are as many or no more come. Ends when its standard input ends, and with a
/// connection that is lost.
final class PeerClientsMain implements PeerReceiver.Events {

	/// Printed when all are open.
	static final String STARTED = "The peer's clients are there.";

	/// After which no more is expected.
	private static final Duration LOST = Duration.ofSeconds(10);

	private static final int MAX_IN_FLIGHT = 256;

	private static final Duration INTERVAL = Duration.ofMillis(1);

	private final AtomicInteger ready = new AtomicInteger();

	private final AtomicLong received = new AtomicLong();

	public static void main(String[] args) throws IOException, InterruptedException {
		new PeerClientsMain().run(Integer.parseInt(args[0]), Integer.parseInt(args[1]), args[2], args[3]);
		System.exit(0);
	}

	private void run(int port, int count, String path, String greeting) throws IOException, InterruptedException {
		EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1,
				Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
		Connector connector = new Connector(port, eventLoop, new DefaultChannelGroup(eventLoop.next()));
		for (int i = 0; i < count; i++) {
			await(this.ready::get, i - MAX_IN_FLIGHT + 1);
			connector.connect(i, new PeerReceiver(connector.authority(), path, greeting, this), false,
					(cause) -> ended(cause.toString()));
			Thread.sleep(INTERVAL);
		}
		if (await(this.ready::get, count) < count) {
			ended("only %,d of %,d are ready".formatted(this.ready.get(), count));
		}
		System.out.println(STARTED);
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			System.out.println(ChildProcess.ANSWER + await(this.received::get, Long.parseLong(line)));
		}
	}

	/// Waits until a number is that great, or has not grown for a while.
	/// @return the number
	private static long await(LongSupplier number, long atLeast) throws InterruptedException {
		long last = number.getAsLong();
		long since = System.nanoTime();
		while (last < atLeast && System.nanoTime() - since < LOST.toNanos()) {
			Thread.sleep(INTERVAL);
			long now = number.getAsLong();
			if (now != last) {
				last = now;
				since = System.nanoTime();
			}
		}
		return last;
	}

	@Override
	public void ready() {
		this.ready.incrementAndGet();
	}

	@Override
	public void received(int messages) {
		this.received.addAndGet(messages);
	}

	@Override
	public void ended(String why) {
		System.out.println("A connection has ended: " + why);
		System.exit(1);
	}

}
