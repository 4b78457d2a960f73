package io.fanfare.socket;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Answers judged upgrades one at a time on each event loop.
///
/// When everybody comes back at once, those who are connected would otherwise wait behind all of
/// them: here whatever the event loop has been given meanwhile, and what has come in, goes before
/// the next upgrade. Safe for use by several threads.
final class UpgradeTurns {

	private final int maxWaiting;

	private final Map<EventLoop, Turns> turns = new ConcurrentHashMap<>();

	/// @param maxWaiting judged upgrades that wait for an event loop at most
	UpgradeTurns(int maxWaiting, MeterRegistry registry) {
		this.maxWaiting = maxWaiting;
		FanfareMeter.UPGRADES_JUDGED.gauge(registry, this.turns,
				(loops) -> loops.values().stream().mapToInt((loop) -> loop.size.get()).sum());
	}

	/// Returns a scheduler on that event loop that takes turns. It rejects what comes
	/// while as many wait as may.
	Scheduler on(EventLoop eventLoop) {
		return this.turns.computeIfAbsent(eventLoop, Turns::new).scheduler;
	}

	/// The upgrades of one event loop.
	private final class Turns implements Executor {

		private final EventLoop eventLoop;

		private final Scheduler scheduler = Schedulers.fromExecutor(this);

		private final AtomicInteger size = new AtomicInteger();

		/// Owned by the event loop, as the turn itself.
		private final Queue<Runnable> waiting = new ArrayDeque<>();

		private Turns(EventLoop eventLoop) {
			this.eventLoop = eventLoop;
		}

		/// Any thread.
		@Override
		public void execute(Runnable answer) {
			if (this.size.incrementAndGet() > UpgradeTurns.this.maxWaiting) {
				this.size.decrementAndGet();
				throw new RejectedExecutionException();
			}
			if (this.eventLoop.inEventLoop()) {
				add(answer);
			}
			else {
				this.eventLoop.execute(() -> add(answer));
			}
		}

		private void add(Runnable answer) {
			this.waiting.add(answer);
			if (this.waiting.size() == 1) {
				next();
			}
		}

		/// Behind all that is to be done now: an event loop looks at its sockets, then
		/// takes what it was given, then the timers that are due.
		private void next() {
			var _ = this.eventLoop.schedule(this::take, 0, TimeUnit.NANOSECONDS);
		}

		/// The scheduler's tasks do not fail.
		private void take() {
			this.waiting.element().run();
			this.waiting.remove();
			this.size.decrementAndGet();
			if (!this.waiting.isEmpty()) {
				next();
			}
		}

	}

}
