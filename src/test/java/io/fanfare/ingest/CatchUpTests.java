package io.fanfare.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.fanfare.notification.HeadUpdate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CatchUpTests {

	private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

	private Instant now = Instant.parse("2026-11-24T10:00:00Z");

	private final CatchUp catchUp = new CatchUp(() -> this.now, new SimpleMeterRegistry());

	@Test
	void isBehindSinceTheStartUntilItHasReachedAnEndItWasTold() {
		pass(2);
		observe(true, 5, 5);

		assertThat(this.catchUp.everCaughtUp()).as("no end was known before").isFalse();
		assertThat(this.catchUp.lag()).hasSeconds(2);

		pass(1);
		observe(true, 6, 5);

		assertThat(this.catchUp.everCaughtUp()).isTrue();
		assertThat(this.catchUp.lag()).isZero();
		assertThat(this.catchUp.ends()).isEqualTo(Map.of(PARTITION, 6L));
	}

	@Test
	void lagsSinceItWasLastSeenAtTheEnd() {
		observe(true, 5, 5);
		observe(true, 5, 5);
		pass(1);
		observe(false, 9, 6);
		pass(1);

		assertThat(this.catchUp.lag()).hasSeconds(2);
		assertThat(this.catchUp.everCaughtUp()).as("once and for all").isTrue();
	}

	@Test
	void lagsWhereNobodyHasLookedForSomeTime() {
		observe(true, 5, 5);
		observe(true, 5, 5);
		pass(4);
		assertThat(this.catchUp.lag()).isZero();
		pass(2);
		assertThat(this.catchUp.lag()).hasSeconds(6);
	}

	@Test
	void isStuckWhileRecordsWaitAndNoPositionMoves() {
		observe(true, 5, 5);
		pass(10);
		observe(false, 9, 5);
		pass(10);
		observe(false, 9, 5);
		assertThat(this.catchUp.stuckFor()).hasSeconds(20);

		observe(false, 9, 6);
		assertThat(this.catchUp.stuckFor()).isZero();
	}

	@Test
	void isNotStuckAtTheEnd() {
		observe(true, 5, 5);
		pass(60);
		observe(true, 5, 5);

		assertThat(this.catchUp.stuckFor()).isZero();
	}

	@Test
	void isNotStuckByAnOutageOrRightAfterANewBeginning() {
		observe(true, 5, 5);
		pass(60);
		this.catchUp.interrupted();
		observe(false, 9, 5);

		assertThat(this.catchUp.stuckFor()).isZero();
	}

	private void observe(boolean reached, long end, long position) {
		this.catchUp.observe(reached, Map.of(PARTITION, end), new HeadUpdate(new int[1], new long[] { position }));
	}

	private void pass(int seconds) {
		this.now = this.now.plus(Duration.ofSeconds(seconds));
	}

}
