package io.fanfare.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that owns the sessions by address and takes every record, in the order in
/// which tasks were posted.
///
/// Others only post to it. A task posted after [#close()] is dropped: the process ends then.
public final class LogThread implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LogThread.class);

	private final ExecutorService executor = Executors
		.newSingleThreadExecutor(Thread.ofPlatform().name("fanfare-log").daemon().factory());

	@Override
	public void execute(Runnable task) {
		try {
			this.executor.execute(() -> run(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Dropped a task after the end");
		}
	}

	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.error("A task of the log thread failed", ex);
		}
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

}
