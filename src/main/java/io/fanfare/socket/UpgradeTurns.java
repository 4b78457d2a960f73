package io.fanfare.socket;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Hands judged upgrades to the event loops, a few at a time.
///
/// When everybody comes back at once, those who are connected would otherwise wait behind all of
/// them. A verification thread that has judged a token waits until the event loop has answered
/// enough of the earlier ones, or for [#PATIENCE]; requests whose token is not judged yet wait in
/// its queue. Safe for use by several threads.
final class UpgradeTurns {

	/// Time after which an upgrade goes on without its turn: an event loop that hangs
	/// holds no other up for ever.
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final int count;

	private final Map<EventLoop, Semaphore> turns = new ConcurrentHashMap<>();

	/// @param count judged upgrades that wait for an event loop at most
	UpgradeTurns(int count, MeterRegistry registry) {
		this.count = count;
		FanfareMeter.UPGRADES_JUDGED.gauge(registry, this.turns,
				(loops) -> loops.values().stream().mapToInt((free) -> count - free.availablePermits()).sum());
	}

	/// Returns a scheduler on that event loop. On any other thread it waits for a turn.
	Scheduler on(EventLoop eventLoop) {
		Semaphore free = this.turns.computeIfAbsent(eventLoop, (loop) -> new Semaphore(this.count, true));
		return Schedulers.fromExecutor((task) -> execute(task, eventLoop, free));
	}

	private static void execute(Runnable task, EventLoop eventLoop, Semaphore free) {
		if (eventLoop.inEventLoop() || !acquired(free)) {
			eventLoop.execute(task);
			return;
		}
		try {
			eventLoop.execute(() -> {
				try {
					task.run();
				}
				finally {
					free.release();
				}
			});
		}
		catch (RejectedExecutionException ex) {
			free.release();
			throw ex;
		}
	}

	private static boolean acquired(Semaphore free) {
		try {
			return free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
