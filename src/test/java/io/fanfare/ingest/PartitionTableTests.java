package io.fanfare.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.TopicBinding;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class PartitionTableTests {

	private static final TopicBinding BINDING = new TopicBinding("orders", "sub", null, "t");

	private static final TopicPartition ZERO = new TopicPartition("orders", 0);

	private static final TopicPartition ONE = new TopicPartition("orders", 1);

	private final Uuid id = Uuid.randomUuid();

	private final PartitionTable table = new PartitionTable();

	private final List<String> taken = new ArrayList<>();

	private final List<HeadUpdate> heads = new ArrayList<>();

	@BeforeEach
	void readsTwoPartitions() {
		this.table.put(BINDING, ZERO, this.id, 2, 10, 10);
		this.table.put(BINDING, ONE, this.id, 2, 20, 20);
	}

	@Test
	void handsRecordsOnInOrderWithThePositionsBehindThem() {
		int generation = this.table.nextGeneration();

		assertThat(take(generation, List.of(record(0, 10), record(0, 12), record(1, 20), record(0, 13)))).isTrue();

		assertThat(this.taken).containsExactly("0@10", "0@12", "1@20", "0@13");
		assertThat(positions()).isEqualTo(Map.of(ZERO, 14L, ONE, 21L));
		assertThat(head(this.heads.getLast())).isEqualTo(Map.of(0, 14L, 1, 21L));
	}

	@Test
	void dropsWhatWasTakenBefore() {
		int generation = this.table.nextGeneration();

		take(generation,
				List.of(record(0, 9), record(0, 10), record(0, 10), record(1, 19), record(0, 10), record(0, 11)));
		take(generation, List.of(record(0, 10), record(0, 11), record(0, 12)));

		assertThat(this.taken).containsExactly("0@10", "0@11", "0@12");
	}

	@Test
	void dropsRecordsOfPartitionsItDoesNotRead() {
		take(this.table.nextGeneration(), List.of(record(7, 0), record(0, 10)));

		assertThat(this.taken).containsExactly("0@10");
	}

	@Test
	void takesNothingFromAReceiverThatWasReplaced() {
		int old = this.table.nextGeneration();
		this.table.nextGeneration();

		assertThat(take(old, List.of(record(0, 10)))).isFalse();
		this.table.moveTo(old, Map.of(ZERO, 99L), this::taken);

		assertThat(this.taken).isEmpty();
		assertThat(this.heads).isEmpty();
		assertThat(positions()).isEqualTo(Map.of(ZERO, 10L, ONE, 20L));
	}

	@Test
	void keepsItsPlaceWhereRecordsCouldNotBeHandedOn() {
		int generation = this.table.nextGeneration();

		assertThatIllegalStateException()
			.isThrownBy(() -> this.table.take(generation, List.of(record(0, 10)), (records, head) -> {
				throw new IllegalStateException("no");
			}));

		assertThat(positions()).isEqualTo(Map.of(ZERO, 10L, ONE, 20L));
		take(this.table.nextGeneration(), List.of(record(0, 10)));
		assertThat(this.taken).containsExactly("0@10");
	}

	@Test
	void movesOverMarkersAndHolesAndNeverBack() {
		int generation = this.table.nextGeneration();

		this.table.moveTo(generation, Map.of(ZERO, 15L, ONE, 5L, new TopicPartition("other", 0), 7L), this::taken);

		assertThat(positions()).isEqualTo(Map.of(ZERO, 15L, ONE, 20L));
		assertThat(this.heads).hasSize(1).first().satisfies((head) -> assertThat(head(head)).isEqualTo(Map.of(0, 15L)));
		this.table.moveTo(generation, Map.of(ZERO, 15L), this::taken);
		assertThat(this.heads).hasSize(1);
	}

	@Test
	void beginsAnewWithATopicThatWasMadeAnew() {
		Uuid anew = Uuid.randomUuid();
		assertThat(this.table.has(ZERO, this.id)).isTrue();
		assertThat(this.table.has(ZERO, anew)).isFalse();

		this.table.put(BINDING, ZERO, anew, 2, 0, 0);

		assertThat(this.table.has(ZERO, anew)).isTrue();
		take(this.table.nextGeneration(), List.of(record(0, 0)));
		assertThat(this.taken).containsExactly("0@0");
		assertThat(head(this.table.head())).as("a slot of its own").isEqualTo(Map.of(2, 1L, 1, 20L));
	}

	@Test
	void tellsWhetherEveryPartitionHasComeThatFar() {
		assertThat(this.table.hasReached(Map.of())).isTrue();
		assertThat(this.table.hasReached(Map.of(ZERO, 10L, ONE, 19L))).isTrue();
		assertThat(this.table.hasReached(Map.of(ZERO, 11L))).isFalse();
		assertThat(this.table.hasReached(Map.of(new TopicPartition("other", 0), 99L))).isTrue();
	}

	@Test
	void tellsThePositionsOfThePartitionsAskedFor() {
		assertThat(this.table.positions(Set.of(ONE, new TopicPartition("other", 0)))).isEqualTo(Map.of(ONE, 20L));
	}

	@Test
	void repositionsInEitherDirection() {
		this.table.reposition(ZERO, 3);
		this.table.reposition(ONE, 30);
		this.table.reposition(new TopicPartition("other", 0), 1);

		assertThat(positions()).isEqualTo(Map.of(ZERO, 3L, ONE, 30L));
	}

	private boolean take(int generation, List<ConsumerRecord<byte[], byte[]>> records) {
		return this.table.take(generation, records, this::taken);
	}

	private void taken(List<KafkaRecord> records, HeadUpdate head) {
		records.forEach((record) -> this.taken.add(record.partition() + "@" + record.offset()));
		this.heads.add(head);
	}

	private Map<TopicPartition, Long> positions() {
		return this.table.positions(Set.of(ZERO, ONE));
	}

	private static Map<Integer, Long> head(HeadUpdate update) {
		Map<Integer, Long> head = new HashMap<>();
		for (int i = 0; i < update.slots().length; i++) {
			head.put(update.slots()[i], update.offsets()[i]);
		}
		return head;
	}

	private static ConsumerRecord<byte[], byte[]> record(int partition, long offset) {
		return new ConsumerRecord<>("orders", partition, offset, new byte[0], new byte[0]);
	}

}
