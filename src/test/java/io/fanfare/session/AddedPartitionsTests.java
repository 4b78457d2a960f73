package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.fanfare.notification.Address;
import io.fanfare.notification.Partitioner;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.SimulatedLog.Topic;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// A replica that has started after its topic grew from two partitions to four, and a cursor from
/// before.
class AddedPartitionsTests {

	private static final int ALL = Integer.MAX_VALUE;

	private static final TopicBinding DECLARED = new TopicBinding("notifications", "sub", null, "note",
			Partitioner.MURMUR2);

	/// Stands in another partition since.
	private static final Address MOVED = Stream.iterate(0, (n) -> n + 1)
		.map((n) -> new Address("sub", "user" + n))
		.filter((address) -> partition(address, 2) != partition(address, 4))
		.findFirst()
		.orElseThrow();

	private static final int EARLIER = partition(MOVED, 2);

	private static final int LATER = partition(MOVED, 4);

	private final SimulatedLog log = new SimulatedLog(List.of(new Topic(DECLARED, 4)), DataSize.ofMegabytes(8), 0,
			10_000, 0);

	@Test
	void aResumeFindsWhatIsInThePartitionOfBefore() {
		this.log.publish(EARLIER, 5, MOVED.value());
		this.log.publish(LATER, 5, MOVED.value());
		this.log.settle();

		SimulatedClient client = resume(2);
		client.read(ALL);
		this.log.settle();

		assertThat(client.received).hasSize(3 + 5);
		assertThat(client.received).noneMatch((frame) -> frame.slot() == EARLIER && frame.offset() < 2);
		assertThat(client.gaps).isEmpty();
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// A cursor of this replica would not name the partition of before.
	@Test
	void aResumeIsGivenNoCursorBeforeItHasCaughtUp() {
		this.log.publish(EARLIER, 200, MOVED.value());
		this.log.settle();
		SimulatedClient client = resume(0);
		client.read(64);
		this.log.settle();
		assertThat(client.received).hasSize(64);
		assertThat(client.cursor).isNull();

		client.read(ALL);
		this.log.settle();

		assertThat(client.received).hasSize(200);
		assertThat(client.cursor).isNotNull();
	}

	@Test
	void aFreshTokenDoesNotTakeThePartitionOfBeforeAway() {
		this.log.publish(EARLIER, 200, MOVED.value());
		this.log.settle();
		SimulatedClient client = resume(0);
		client.read(64);
		this.log.settle();

		Objects.requireNonNull(client.session).refresh(Set.of(MOVED, new Address("sub", "another")));
		this.log.settle();
		client.read(ALL);
		this.log.settle();

		assertThat(client.received).hasSize(200);
		assertThat(client.gaps).isEmpty();
	}

	private SimulatedClient resume(long offset) {
		String cursor = new CursorWriter().begin(Cursor.clusterHash(SimulatedLog.CLUSTER), 0, 1)
			.topic(Cursor.hash("notifications"), Cursor.hash("id"), 2, 1)
			.lane(EARLIER, offset, -1)
			.toBase64() + "." + Cursor.addressPart(List.of(MOVED));
		SimulatedClient client = this.log.open(Set.of(MOVED), cursor, 0);
		this.log.settle();
		return client;
	}

	private static int partition(Address address, int partitions) {
		return Partitioner.MURMUR2.partition(address.value().getBytes(StandardCharsets.UTF_8), partitions);
	}

}
