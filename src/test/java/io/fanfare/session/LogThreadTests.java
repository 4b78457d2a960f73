package io.fanfare.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Tests of [LogThread].
class LogThreadTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

	private final LogThread logThread = new LogThread(this.now::get);

	private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

	private final CountDownLatch posted = new CountDownLatch(1);

	private final CountDownLatch done = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.logThread.close();
	}

	@Test
	void runsTasksInTheOrderOfPosting() throws InterruptedException {
		hold();
		for (int i = 0; i < 100; i++) {
			int number = i;
			this.logThread.execute(() -> this.ran.add("" + number));
			this.now.addAndGet(i % 2);
		}
		run();

		assertThat(this.ran).hasSize(100)
			.isSortedAccordingTo((one, other) -> Integer.parseInt(one) - Integer.parseInt(other));
	}

	@Test
	void lastsOutAFailure() throws InterruptedException {
		this.logThread.execute(() -> {
			throw new IllegalStateException("wanted by the test");
		});
		hold();
		this.logThread.execute(() -> this.ran.add("next"));
		run();

		assertThat(this.ran).containsExactly("next");
	}

	@Test
	void passesWhatCanWaitForItsPatience() throws InterruptedException {
		hold();
		post("a 1", "b later 1", "c 1", "d later 1", "e 1");
		this.now.addAndGet(LogThread.PATIENCE.toNanos() - 10);
		run();

		assertThat(this.ran).containsExactly("a 1", "c 1", "e 1", "b later 1", "d later 1");
	}

	@Test
	void givesWhatHasWaitedHalfOfTheTime() throws InterruptedException {
		hold();
		post("a 1", "b later 5", "c later 5", "d later 5", "e 3", "f 3", "g 3", "h 3", "i 3");
		this.now.addAndGet(LogThread.PATIENCE.toNanos());
		run();

		assertThat(this.ran).containsExactly("a 1", "b later 5", "e 3", "f 3", "c later 5", "g 3", "h 3", "d later 5",
				"i 3");
	}

	@Test
	void neverPassesWhatWasPostedBefore() throws InterruptedException {
		hold();
		post("a 1", "b later 1", "c 1", "d 1", "e 1", "f later 1");
		this.now.addAndGet(LogThread.PATIENCE.toNanos());
		run();

		assertThat(this.ran).containsExactly("a 1", "b later 1", "c 1", "d 1", "e 1", "f later 1");
	}

	/// Posts tasks that take as long as their names' last digit says.
	private void post(String... names) {
		for (String name : names) {
			Runnable task = () -> {
				this.ran.add(name);
				this.now.addAndGet(Character.digit(name.charAt(name.length() - 1), 10));
			};
			if (name.contains("later")) {
				this.logThread.executeLater(task);
			}
			else {
				this.logThread.execute(task);
			}
		}
	}

	private void hold() {
		this.logThread.execute(() -> {
			try {
				this.posted.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	private void run() throws InterruptedException {
		this.logThread.executeLater(this.done::countDown);
		this.posted.countDown();
		this.done.await();
	}

}
