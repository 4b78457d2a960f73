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
	void letsWhatIsPostedWithinItsPatienceGoFirst() throws InterruptedException {
		hold();
		this.logThread.execute(() -> this.ran.add("before"));
		this.logThread.executeLater(() -> this.ran.add("can wait"));
		this.logThread.executeLater(() -> this.ran.add("can wait, too"));
		this.now.addAndGet(LogThread.PATIENCE.toNanos() - 1);
		this.logThread.execute(() -> this.ran.add("in time"));
		this.now.addAndGet(1);
		this.logThread.execute(() -> this.ran.add("too late"));
		run();

		assertThat(this.ran).containsExactly("before", "in time", "can wait", "can wait, too", "too late");
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
		this.now.addAndGet(10 * LogThread.PATIENCE.toNanos());
		this.logThread.execute(this.done::countDown);
		this.posted.countDown();
		this.done.await();
	}

}
