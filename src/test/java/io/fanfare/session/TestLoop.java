package io.fanfare.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// An event loop whose tasks run when the test says so, on the test's thread.
final class TestLoop implements Executor {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
	}

	int waiting() {
		return this.tasks.size();
	}

	/// Runs one task.
	void runOne() {
		this.tasks.remove().run();
	}

	/// Runs tasks until none is left.
	void run() {
		while (!this.tasks.isEmpty()) {
			runOne();
		}
	}

}
