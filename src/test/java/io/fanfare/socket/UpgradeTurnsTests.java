package io.fanfare.socket;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

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
			upgrade("third", () -> {
			});
			this.eventLoop.execute(() -> this.done.add("delivery 0"));
		}).get();
		settle();

		assertThat(this.done).containsExactly("first", "delivery 0", "delivery 1", "second", "delivery 2", "third");
	}

	@Test
	void takesThemFromOtherThreads() throws Exception {
		upgrade("first", () -> {
		});
		upgrade("second", () -> {
		});
		settle();

		assertThat(this.done).containsExactly("first", "second");
	}

	@Test
	void saysWhenNoMoreMayWait() throws Exception {
		this.eventLoop.submit(() -> {
			upgrade("first", () -> assertThat(judged()).isEqualTo(2));
			assertThat(this.turns.areTaken(this.eventLoop)).isFalse();
			upgrade("second", () -> assertThat(judged()).isEqualTo(1));
			assertThat(this.turns.areTaken(this.eventLoop)).isTrue();
		}).get();
		settle();

		assertThat(this.done).containsExactly("first", "second");
		assertThat(this.turns.areTaken(this.eventLoop)).isFalse();
		assertThat(judged()).isZero();
	}

	@Test
	void goesOnWhenAnAnswerFails() throws Exception {
		this.eventLoop.submit(() -> {
			upgrade("first", () -> {
				throw new IllegalStateException("wanted by the test");
			});
			upgrade("second", () -> {
			});
		}).get();
		settle();

		assertThat(this.done).containsExactly("first", "second");
		assertThat(judged()).isZero();
	}

	/// @param then what the event loop is given while the upgrade is answered
	private void upgrade(String name, Runnable then) {
		this.turns.scheduler(this.eventLoop).schedule(() -> {
			this.done.add(name);
			then.run();
		});
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
