package io.fanfare.socket;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Answers judged upgrades one at a time on each event loop.
///
/// When everybody comes back at once, those who are connected would otherwise wait behind all of
/// them: here whatever else the event loop has been given meanwhile goes before the next upgrade.
/// Safe for use by several threads.
final class UpgradeTurns {

	private final int maxWaiting;

	private final Map<EventLoop, Turns> turns = new ConcurrentHashMap<>();

	/// @param maxWaiting judged upgrades that wait for an event loop at most
	UpgradeTurns(int maxWaiting, MeterRegistry registry) {
		this.maxWaiting = maxWaiting;
		FanfareMeter.UPGRADES_JUDGED.gauge(registry, this.turns,
				(loops) -> loops.values().stream().mapToInt((loop) -> loop.size).sum());
	}

	/// Whether an event loop has as many upgrades waiting as it may.
	boolean areTaken(EventLoop eventLoop) {
		return on(eventLoop).size >= this.maxWaiting;
	}

	/// Returns a scheduler on that event loop that takes turns.
	Scheduler scheduler(EventLoop eventLoop) {
		return on(eventLoop).scheduler;
	}

	private Turns on(EventLoop eventLoop) {
		return this.turns.computeIfAbsent(eventLoop, Turns::new);
	}

	/// The upgrades of one event loop. Threads: that loop, but for what says otherwise.
	private static final class Turns implements Executor, Runnable {

		private final EventLoop eventLoop;

		private final Scheduler scheduler = Schedulers.fromExecutor(this);

		/// The first one is about to be answered.
		private final Queue<Runnable> waiting = new ArrayDeque<>();

		/// Read by any thread.
		private volatile int size;

		private Turns(EventLoop eventLoop) {
			this.eventLoop = eventLoop;
		}

		/// Any thread.
		@Override
		public void execute(Runnable answer) {
			if (this.eventLoop.inEventLoop()) {
				add(answer);
			}
			else {
				this.eventLoop.execute(() -> add(answer));
			}
		}

		private void add(Runnable answer) {
			this.waiting.add(answer);
			this.size = this.waiting.size();
			if (this.size == 1) {
				this.eventLoop.execute(this);
			}
		}

		@Override
		public void run() {
			try {
				this.waiting.element().run();
			}
			finally {
				this.waiting.remove();
				this.size = this.waiting.size();
				if (this.size > 0) {
					this.eventLoop.execute(this);
				}
			}
		}

	}

}
