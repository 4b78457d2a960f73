package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

import io.fanfare.notification.Address;
import io.fanfare.notification.Partitioner;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.SimulatedLog.Topic;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// Records outside the partition that their topic's declared partitioner names: whoever is live
/// has them, whoever is not is told.
class MisplacedTests {

	private static final int ALL = Integer.MAX_VALUE;

	private static final TopicBinding DECLARED = new TopicBinding("notifications", "sub", null, "note",
			Partitioner.MURMUR2);

	private static final int RIGHT = Partitioner.MURMUR2.partition("alice".getBytes(StandardCharsets.UTF_8), 4);

	private static final int WRONG = (RIGHT + 1) % 4;

	private final SimulatedLog log = new SimulatedLog(List.of(new Topic(DECLARED, 4)), DataSize.ofMegabytes(8), 0,
			10_000, 0);

	@Test
	void isDeliveredToWhoeverIsLive() {
		SimulatedClient client = open(null);
		client.read(ALL);
		this.log.publish(WRONG, 1, "alice");
		this.log.settle();

		assertThat(slots(client)).containsExactly(WRONG);
		assertThat(client.gaps).isEmpty();
	}

	@Test
	void isToldToWhoeverResumes() {
		SimulatedClient client = open(null);
		this.log.publish(WRONG, 3, "alice");
		this.log.settle();
		String cursor = client.cursor;

		SimulatedClient again = open(cursor);
		again.read(ALL);
		this.log.settle();

		assertThat(ranges(again)).containsExactly("RESET " + WRONG + " 0..3");
	}

	@Test
	void isToldToWhoeverIsBehindWhenItComes() {
		SimulatedClient client = open(null);
		this.log.publish(RIGHT, 20, "alice");
		this.log.settle();

		this.log.publish(WRONG, 1, "bob");
		this.log.publish(WRONG, 2, "alice");
		this.log.settle();
		client.read(ALL);
		this.log.settle();

		assertThat(slots(client)).hasSize(20).containsOnly(RIGHT);
		assertThat(ranges(client)).containsExactly("RESET " + WRONG + " 1..2", "RESET " + WRONG + " 2..3");
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// What waits to be told to a client that reads nothing does not grow with it.
	@Test
	void isToldInFewerGapsTheMoreThereAre() {
		SimulatedClient client = open(null);
		this.log.publish(RIGHT, 20, "alice");
		this.log.settle();

		for (int i = 0; i < 300; i++) {
			this.log.publish(WRONG, 1, "alice");
			this.log.settle();
		}
		client.read(ALL);
		this.log.settle();

		assertThat(client.gaps).hasSizeLessThan(100);
		assertThat(client.gaps.stream().flatMapToLong((gap) -> LongStream.range(gap.from(), gap.to())))
			.containsExactlyElementsOf(LongStream.range(0, 300).boxed().toList());
	}

	/// The log thread learns later than the loop that a session is behind.
	@Test
	void isToldWhereTheLogThreadTookTheSessionForLive() {
		SimulatedClient client = open(null);
		this.log.publish(RIGHT, 20, "alice");
		this.log.publish(WRONG, 2, "alice");
		this.log.logThread.step();
		this.log.logThread.step();
		this.log.settle();
		client.read(ALL);
		this.log.settle();

		assertThat(slots(client)).hasSize(20).containsOnly(RIGHT);
		assertThat(ranges(client)).containsExactly("RESET " + WRONG + " 0..2");
	}

	@Test
	void isNotToldToOthersWhoAreBehindWhenItComes() {
		SimulatedClient client = open(null);
		this.log.publish(RIGHT, 20, "alice");
		this.log.settle();

		this.log.publish((Partitioner.MURMUR2.partition(new byte[] { 'b', 'o', 'b' }, 4) + 1) % 4, 1, "bob");
		this.log.settle();
		client.read(ALL);
		this.log.settle();

		assertThat(client.gaps).isEmpty();
	}

	private SimulatedClient open(@Nullable String cursor) {
		SimulatedClient client = this.log.open(Set.of(new Address("sub", "alice")), cursor, 0);
		this.log.settle();
		return client;
	}

	private static List<Integer> slots(SimulatedClient client) {
		return client.received.stream().map(Frame::slot).toList();
	}

	private static List<String> ranges(SimulatedClient client) {
		return client.gaps.stream()
			.map((gap) -> gap.reason() + " " + gap.partition() + " " + gap.from() + ".." + gap.to())
			.toList();
	}

}
