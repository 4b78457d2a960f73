package io.fanfare.junit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;

class LeakWatchTests {

	@Test
	void seesABufferThatNobodyReleased() {
		List<String> reports = new ArrayList<>();

		leak();

		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			LeakWatch.look();
			reports.addAll(LeakWatch.take());
			return !reports.isEmpty();
		});
		assertThat(reports).allMatch((report) -> report.startsWith("Leaked ByteBuf"));
	}

	@Test
	void seesAnErrorThatReactorDropped() {
		Operators.onErrorDropped(new IllegalStateException("nobody listens"), Context.empty());

		assertThat(LeakWatch.take()).containsExactly("Reactor dropped java.lang.IllegalStateException: nobody listens");
	}

	@Test
	void watchesEveryBuffer() {
		assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
	}

	private static void leak() {
		var _ = PooledByteBufAllocator.DEFAULT.directBuffer(8).writeInt(1);
	}

}
