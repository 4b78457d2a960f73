package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/// The floor's connections, each event loop's apart. Nothing passes from thread to thread for a
/// frame: each loop keeps to its own clock.
final class FloorConnections {

	/// Between two looks of an event loop at the clock.
	private static final Duration TICK = Duration.ofMillis(10);

	private final Map<EventLoop, List<Channel>> byLoop = new ConcurrentHashMap<>();

	/// Adds a connection, on its event loop.
	void add(Channel channel) {
		this.byLoop.computeIfAbsent(channel.eventLoop(), (loop) -> new ArrayList<>()).add(channel);
	}

	/// Writes a frame several times to every connection, with one flush.
	/// @return how many were written
	long broadcast(ByteBuf frame, int burst) {
		return onEachLoop((channels, written) -> {
			for (Channel channel : channels) {
				for (int i = 1; i < burst; i++) {
					var _ = channel.write(frame.duplicate(), channel.voidPromise());
				}
				write(channel, frame);
			}
			written.complete((long) channels.size() * burst);
		});
	}

	/// Writes that many frames in a second, to each loop's connections in turn.
	/// @return how many were written
	long unicast(ByteBuf frame, int rate, int seconds) {
		int all = this.byLoop.values().stream().mapToInt(List::size).sum();
		return onEachLoop((channels, written) -> new Paced(channels, frame, (double) rate * channels.size() / all / 1e9,
				Duration.ofSeconds(seconds).toNanos(), written)
			.run());
	}

	private long onEachLoop(Work work) {
		List<CompletableFuture<Long>> all = new ArrayList<>();
		this.byLoop.forEach((loop, channels) -> {
			CompletableFuture<Long> written = new CompletableFuture<>();
			all.add(written);
			loop.execute(() -> work.on(channels, written));
		});
		return all.stream().mapToLong(CompletableFuture::join).sum();
	}

	private static void write(Channel channel, ByteBuf frame) {
		var _ = channel.writeAndFlush(frame.duplicate(), channel.voidPromise());
	}

	private interface Work {

		/// @param written completed with the number of frames
		void on(List<Channel> channels, CompletableFuture<Long> written);

	}

	/// Frames to the connections of one loop, as the clock goes.
	private static final class Paced implements Runnable {

		private final List<Channel> channels;

		private final ByteBuf frame;

		private final double perNano;

		private final long nanos;

		private final long start = System.nanoTime();

		private final CompletableFuture<Long> written;

		private long count;

		Paced(List<Channel> channels, ByteBuf frame, double perNano, long nanos, CompletableFuture<Long> written) {
			this.channels = channels;
			this.frame = frame;
			this.perNano = perNano;
			this.nanos = nanos;
			this.written = written;
		}

		@Override
		public void run() {
			long elapsed = Math.min(System.nanoTime() - this.start, this.nanos);
			long due = (long) (elapsed * this.perNano);
			while (this.count < due) {
				write(this.channels.get((int) (this.count % this.channels.size())), this.frame);
				this.count++;
			}
			if (elapsed < this.nanos) {
				var _ = this.channels.getFirst().eventLoop().schedule(this, TICK.toNanos(), TimeUnit.NANOSECONDS);
			}
			else {
				this.written.complete(this.count);
			}
		}

	}

}
