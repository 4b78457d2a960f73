package io.fanfare.session;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that owns the sessions by address and takes every record, in the order in
/// which tasks were posted, but for those that can wait.
///
/// Those never pass what was posted before them. What is posted after them passes them for
/// [#PATIENCE]; from then on each kind gets half of the time, so that whoever is behind is not
/// starved by what is new, nor the other way round, however much of either there is.
///
/// Others only post to it. A task posted while or after [#close()] is called may be dropped: the
/// process ends then.
public final class LogThread implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LogThread.class);

	/// Time for which a task that can wait is passed.
	static final Duration PATIENCE = Duration.ofMillis(500);

	private final AtomicLong posted = new AtomicLong();

	private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

	private final Queue<Task> later = new ConcurrentLinkedQueue<>();

	/// Runs [#runNext()] once for each task.
	private final ExecutorService thread = Executors
		.newSingleThreadExecutor(Thread.ofPlatform().name("fanfare-log").daemon().factory());

	private final LongSupplier nanoTime;

	/// Nanoseconds by which tasks that have waited long enough have had less time than
	/// those that passed them meanwhile; owned by the thread.
	private long owed;

	public LogThread() {
		this(System::nanoTime);
	}

	/// @param nanoTime [System#nanoTime()], or what stands for it
	LogThread(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public void execute(Runnable task) {
		post(task, this.tasks);
	}

	/// Runs a task that can wait.
	public void executeLater(Runnable task) {
		post(task, this.later);
	}

	private void post(Runnable runnable, Queue<Task> queue) {
		Task task = new Task(runnable, this.nanoTime.getAsLong(), this.posted.getAndIncrement());
		queue.add(task);
		try {
			this.thread.execute(this::runNext);
		}
		catch (RejectedExecutionException ex) {
			queue.remove(task);
			logger.debug("Dropped a task after the end");
		}
	}

	private void runNext() {
		Task next = this.tasks.peek();
		Task waiting = this.later.peek();
		if (next == null || waiting == null) {
			this.owed = 0;
			run((next != null) ? this.tasks.poll() : this.later.poll());
			return;
		}
		long start = this.nanoTime.getAsLong();
		if (waiting.number > next.number || start - waiting.at < PATIENCE.toNanos()) {
			run(this.tasks.poll());
		}
		else if (this.owed >= 0) {
			run(this.later.poll());
			this.owed -= this.nanoTime.getAsLong() - start;
		}
		else {
			run(this.tasks.poll());
			this.owed += this.nanoTime.getAsLong() - start;
		}
	}

	private static void run(@Nullable Task task) {
		if (task == null) {
			// Dropped by who posted it.
			return;
		}
		try {
			task.runnable.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A task of the log thread failed", ex);
		}
	}

	@Override
	public void close() {
		this.thread.shutdown();
	}

	/// @param at when it was posted, as of [System#nanoTime()]
	/// @param number number of tasks posted before
	private record Task(Runnable runnable, long at, long number) {
	}

}
