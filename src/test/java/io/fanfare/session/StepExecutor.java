package io.fanfare.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// Stands for one thread: runs tasks in order, one when told to. Tasks that can wait run at any
/// time after those that were posted before them.
final class StepExecutor implements Executor {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final Queue<Waiting> waiting = new ArrayDeque<>();

	private int posted;

	private int run;

	@Override
	public void execute(Runnable task) {
		this.posted++;
		this.tasks.add(task);
	}

	/// Takes a task that can wait.
	void executeLater(Runnable task) {
		this.waiting.add(new Waiting(task, this.posted));
	}

	/// Runs the next task, one that can wait where there is no other.
	/// @return whether there was one
	boolean step() {
		Runnable task = this.tasks.poll();
		if (task == null) {
			return stepLater();
		}
		this.run++;
		task.run();
		return true;
	}

	/// Runs the next task that can wait, or one before it.
	/// @return whether there was one
	boolean stepLater() {
		Waiting next = this.waiting.peek();
		if (next == null) {
			return false;
		}
		if (this.run < next.after) {
			return step();
		}
		this.waiting.remove();
		next.task.run();
		return true;
	}

	/// @param after tasks that run before
	private record Waiting(Runnable task, int after) {
	}

}
