package io.fanfare.socket;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// Tests of [UpgradeTurns].
class UpgradeTurnsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final EventLoop eventLoop = new DefaultEventLoop();

	private final UpgradeTurns turns = new UpgradeTurns(2, this.registry);

	private final List<String> done = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		var _ = this.eventLoop.shutdownGracefully();
	}

	@Test
	void answersOneAndLetsEverythingElseGoFirst() throws Exception {
		this.eventLoop.submit(() -> {
			upgrade("first", () -> this.eventLoop.execute(() -> this.done.add("delivery 1")));
			upgrade("second", () -> this.eventLoop.execute(() -> this.done.add("delivery 2")));
			this.eventLoop.execute(() -> this.done.add("delivery 0"));
		}).get();
		settle();

		assertThat(this.done).containsExactly("delivery 0", "first", "delivery 1", "second", "delivery 2");
	}

	@Test
	void countsThoseOfOtherThreadsBeforeTheEventLoopHasSeenThem() throws Exception {
		CountDownLatch busy = new CountDownLatch(1);
		this.eventLoop.execute(() -> await(busy));
		upgrade("first", () -> {
		});
		upgrade("second", () -> {
		});
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> upgrade("third", () -> {
		}));
		busy.countDown();
		settle();

		assertThat(this.done).containsExactly("first", "second");
	}

	@Test
	void rejectsWhatComesWhileAsManyWaitAsMay() throws Exception {
		this.eventLoop.submit(() -> {
			upgrade("first", () -> assertThat(judged()).isEqualTo(2));
			upgrade("second", () -> assertThat(judged()).isEqualTo(1));
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> upgrade("third", () -> {
			}));
		}).get();
		settle();
		upgrade("fourth", () -> {
		});
		settle();

		assertThat(this.done).containsExactly("first", "second", "fourth");
		assertThat(judged()).isZero();
	}

	/// @param then what the event loop is given while the upgrade is answered
	private void upgrade(String name, Runnable then) {
		this.turns.on(this.eventLoop).schedule(() -> {
			this.done.add(name);
			then.run();
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private double judged() {
		return this.registry.get("fanfare.upgrades.judged").gauge().value();
	}

	/// Waits for more tasks than one test gives.
	private void settle() throws InterruptedException, ExecutionException {
		for (int i = 0; i < 10; i++) {
			this.eventLoop.submit(() -> {
			}).get();
		}
	}

}
