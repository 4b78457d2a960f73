package io.fanfare.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// Stands for one thread: runs tasks in order, one when told to.
final class StepExecutor implements Executor {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
	}

	/// Runs the next task.
	/// @return whether there was one
	boolean step() {
		Runnable task = this.tasks.poll();
		if (task == null) {
			return false;
		}
		task.run();
		return true;
	}

}
