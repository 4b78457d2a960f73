package io.fanfare.socket;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/// Lets the web server begin to stop when every WebSocket is closed, or when
/// `spring.lifecycle.timeout-per-shutdown-phase` has passed.
///
/// Reactor Netty asks for the end of each connection when it stops, and one that is just
/// closing fails at that with a stack trace.
final class OpenSockets implements SmartLifecycle {

	/// After everybody has been sent elsewhere, before the listener closes.
	private static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicReference<@Nullable Runnable> whenAllClosed = new AtomicReference<>();

	/// One for all: an idle session pays no listener of its own.
	private final ChannelFutureListener closed = (future) -> closed();

	private volatile boolean running;

	/// Counts an upgraded connection until it is closed. Who is refused by an upgrade
	/// while the others close is not waited for.
	void opened(Channel channel) {
		if (this.running) {
			this.open.incrementAndGet();
			channel.closeFuture().addListener(this.closed);
		}
	}

	private void closed() {
		if (this.open.decrementAndGet() == 0) {
			proceed();
		}
	}

	private void proceed() {
		Runnable waiting = this.whenAllClosed.getAndSet(null);
		if (waiting != null) {
			waiting.run();
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public void stop(Runnable callback) {
		stop();
		this.whenAllClosed.set(callback);
		if (this.open.get() == 0) {
			proceed();
		}
	}

}
