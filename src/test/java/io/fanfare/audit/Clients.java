package io.fanfare.audit;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.fanfare.dev.LocalIssuer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

/// All clients, on one event loop. Threads: any.
final class Clients implements AutoCloseable {

	private static final int RECEIVE_BUFFER = 16 * 1024;

	private static final int SMALL_RECEIVE_BUFFER = 4 * 1024;

	private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final EventLoop eventLoop = (EventLoop) this.group.next();

	private final ChannelGroup channels = new DefaultChannelGroup(this.eventLoop);

	private final List<TabClient> all;

	Clients(Population population, Replicas replicas, SplittableRandom random, Audit audit) {
		this.all = population.tabs().stream().map((tab) -> client(tab, replicas, random.split(), audit)).toList();
	}

	private TabClient client(Tab tab, Replicas replicas, SplittableRandom random, Audit audit) {
		Bootstrap bootstrap = new Bootstrap().group(this.group)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.SO_RCVBUF, (random.nextInt(3) == 0) ? SMALL_RECEIVE_BUFFER : RECEIVE_BUFFER);
		return new TabClient(tab, token(replicas.issuer(), tab), new Conduct(random, tab.steady()),
				new Ledger(tab, audit), replicas, bootstrap, this.channels, this.eventLoop, audit);
	}

	private static String token(LocalIssuer issuer, Tab tab) {
		return issuer.token(tab.user(), Map.of("groups", tab.groups()));
	}

	/// Lets those connect for the first time who come by then.
	/// @param share share of the notifications that is published
	void join(double share) {
		this.eventLoop.execute(
				() -> this.all.stream().filter((client) -> client.tab().joinsAt() <= share).forEach(TabClient::join));
	}

	/// Returns how many have been ready.
	long begun() {
		return onEventLoop(() -> this.all.stream().filter((client) -> client.ledger().hasBegun()).count());
	}

	/// Ends all faults, and lets everybody connect who is away.
	void calm() {
		this.eventLoop.execute(() -> this.all.forEach(TabClient::calm));
	}

	/// Returns how many notifications clients have yet to receive or to be told of.
	long missing(Map<String, List<Publications.Place>> byRecipient) {
		return onEventLoop(
				() -> this.all.stream().mapToLong((client) -> client.ledger().missing(byRecipient).size()).sum());
	}

	/// Returns how many notifications clients should have received.
	long due(Map<String, List<Publications.Place>> byRecipient) {
		return onEventLoop(
				() -> this.all.stream().mapToLong((client) -> client.ledger().due(byRecipient).size()).sum());
	}

	/// Returns how many of them were told in a gap instead.
	long told(Map<String, List<Publications.Place>> byRecipient) {
		return onEventLoop(() -> this.all.stream().mapToLong((client) -> client.ledger().told(byRecipient)).sum());
	}

	/// Adds what can be judged only when everything is known.
	void judge(Map<String, List<Publications.Place>> byRecipient) {
		var _ = onEventLoop(() -> {
			this.all.forEach((client) -> client.ledger().judge(byRecipient));
			return true;
		});
	}

	private <T> T onEventLoop(Callable<T> task) {
		try {
			return this.eventLoop.submit(task).get(30, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		onEventLoop(() -> {
			this.all.forEach(TabClient::leave);
			return this.channels.close();
		}).awaitUninterruptibly(5, TimeUnit.SECONDS);
		this.group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
	}

}
