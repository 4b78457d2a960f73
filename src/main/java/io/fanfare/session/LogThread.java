package io.fanfare.session;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that owns the sessions by address and takes every record, in the order in
/// which tasks were posted, but for those that can wait.
///
/// Others only post to it. A task posted after [#close()] is dropped: the process ends then.
public final class LogThread implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LogThread.class);

	/// Time by which a task that can wait counts as posted later. So whoever is behind
	/// waits for records that are new, and is not starved by them.
	static final Duration PATIENCE = Duration.ofMillis(500);

	private final AtomicLong tasks = new AtomicLong();

	private final ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
			new PriorityBlockingQueue<>(), Thread.ofPlatform().name("fanfare-log").daemon().factory());

	private final LongSupplier nanoTime;

	public LogThread() {
		this(System::nanoTime);
	}

	/// @param nanoTime [System#nanoTime()], or what stands for it
	LogThread(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public void execute(Runnable task) {
		post(task, this.nanoTime.getAsLong());
	}

	/// Runs a task that can wait for what is posted within [#PATIENCE].
	public void executeLater(Runnable task) {
		post(task, this.nanoTime.getAsLong() + PATIENCE.toNanos());
	}

	private void post(Runnable task, long at) {
		try {
			this.executor.execute(new Task(task, at, this.tasks.getAndIncrement()));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Dropped a task after the end");
		}
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

	/// @param at [System#nanoTime()] that says whose turn it is
	/// @param number number of tasks posted before
	private record Task(Runnable task, long at, long number) implements Runnable, Comparable<Task> {

		@Override
		public void run() {
			try {
				this.task.run();
			}
			catch (RuntimeException ex) {
				logger.error("A task of the log thread failed", ex);
			}
		}

		@Override
		public int compareTo(Task other) {
			return (this.at != other.at) ? Long.signum(this.at - other.at) : Long.compare(this.number, other.number);
		}

	}

}
