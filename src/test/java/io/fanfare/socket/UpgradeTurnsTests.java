package io.fanfare.socket;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;

import static org.assertj.core.api.Assertions.assertThat;

/// Tests of [UpgradeTurns].
class UpgradeTurnsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final EventLoop eventLoop = new DefaultEventLoop();

	private final UpgradeTurns turns = new UpgradeTurns(2, this.registry);

	private final AtomicInteger answered = new AtomicInteger();

	@AfterEach
	void stop() {
		var _ = this.eventLoop.shutdownGracefully();
	}

	@Test
	void letsAFewWaitForAnEventLoopAndHoldsTheOthersBack() throws Exception {
		CountDownLatch busy = new CountDownLatch(1);
		this.eventLoop.execute(() -> await(busy));
		Scheduler scheduler = this.turns.on(this.eventLoop);

		scheduler.schedule(this.answered::incrementAndGet);
		scheduler.schedule(this.answered::incrementAndGet);
		Thread third = Thread.ofPlatform().start(() -> scheduler.schedule(this.answered::incrementAndGet));
		while (third.getState() != Thread.State.TIMED_WAITING) {
			assertThat(third.isAlive()).isTrue();
			Thread.onSpinWait();
		}

		assertThat(judged()).isEqualTo(2);
		busy.countDown();
		third.join();
		settle();
		assertThat(this.answered).hasValue(3);
		assertThat(judged()).isZero();
	}

	@Test
	void givesATurnBackWhenAnAnswerFails() throws Exception {
		Scheduler scheduler = this.turns.on(this.eventLoop);
		for (int i = 0; i < 5; i++) {
			scheduler.schedule(() -> {
				throw new IllegalStateException("wanted by the test");
			});
		}
		settle();

		assertThat(judged()).isZero();
	}

	@Test
	void holdsNoEventLoopBack() throws Exception {
		Scheduler scheduler = this.turns.on(this.eventLoop);
		this.eventLoop.submit(() -> {
			for (int i = 0; i < 5; i++) {
				scheduler.schedule(this.answered::incrementAndGet);
			}
		}).get();
		settle();

		assertThat(this.answered).hasValue(5);
	}

	private double judged() {
		return this.registry.get("fanfare.upgrades.judged").gauge().value();
	}

	private void settle() throws InterruptedException, ExecutionException {
		this.eventLoop.submit(() -> {
		}).get();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
