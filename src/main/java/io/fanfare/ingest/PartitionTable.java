package io.fanfare.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.HeadUpdate.EpochStart;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// The partitions that this replica reads and the next offset to take from each, over all
/// receivers.
///
/// Safe for use by several threads. A generation number makes what a replaced receiver still
/// hands over void, so that no record is taken twice.
final class PartitionTable {

	private final Map<TopicPartition, LogPartition> partitions = new HashMap<>();

	/// Partitions added and not yet told of.
	private final List<PartitionStart> begun = new ArrayList<>();

	private int slots;

	private int generation;

	/// Whether the partition of that topic incarnation is read.
	synchronized boolean has(TopicPartition topicPartition, Uuid topicId) {
		LogPartition known = this.partitions.get(topicPartition);
		return known != null && known.topicId().equals(topicId);
	}

	/// Adds a partition, or replaces the one of an earlier incarnation of its topic.
	/// @param partitions how many partitions the topic has
	/// @param next first offset to take
	/// @param end end of the partition now; what lies before it is taken to warm up
	synchronized void put(TopicBinding binding, TopicPartition topicPartition, Uuid topicId, int partitions, long next,
			long end) {
		LogPartition partition = new LogPartition(binding, topicPartition, topicId, partitions, this.slots++, next);
		this.partitions.put(topicPartition, partition);
		this.begun.add(new PartitionStart(partition.id(), next, end, partitions));
	}

	/// Returns where every partition stands, with those that were added since the last
	/// call.
	synchronized HeadUpdate headAndBegun() {
		HeadUpdate head = head();
		List<PartitionStart> news = List.copyOf(this.begun);
		this.begun.clear();
		return new HeadUpdate(head.slots(), head.offsets(), 0, news, List.of());
	}

	/// Returns offsets by slot, -1 where there is none.
	synchronized long[] bySlot(Map<TopicPartition, Long> offsets) {
		long[] bySlot = new long[this.slots];
		Arrays.fill(bySlot, -1);
		offsets.forEach((topicPartition, offset) -> {
			LogPartition partition = this.partitions.get(topicPartition);
			if (partition != null) {
				bySlot[partition.slot()] = offset;
			}
		});
		return bySlot;
	}

	/// Makes whatever earlier receivers still hand over void.
	/// @return the generation of the next receiver
	synchronized int nextGeneration() {
		return ++this.generation;
	}

	synchronized boolean isEmpty() {
		return this.partitions.isEmpty();
	}

	/// Returns the next offset of those of the partitions that are read.
	synchronized Map<TopicPartition, Long> positions(Collection<TopicPartition> among) {
		Map<TopicPartition, Long> positions = new HashMap<>();
		for (TopicPartition topicPartition : among) {
			LogPartition partition = this.partitions.get(topicPartition);
			if (partition != null) {
				positions.put(topicPartition, partition.next());
			}
		}
		return positions;
	}

	/// Takes records and hands them on, in order.
	/// @return whether the records were of the current generation
	synchronized boolean take(int ofGeneration, List<? extends ConsumerRecord<byte[], byte[]>> records, Taken taken) {
		if (ofGeneration != this.generation) {
			return false;
		}
		List<KafkaRecord> list = new ArrayList<>(records.size());
		Map<LogPartition, Long> moved = new HashMap<>();
		List<EpochStart> epochs = new ArrayList<>();
		LogPartition partition = null;
		long next = 0;
		long newest = 0;
		for (ConsumerRecord<byte[], byte[]> consumerRecord : records) {
			if (partition == null || !isOf(consumerRecord, partition)) {
				moved(moved, partition, next);
				partition = this.partitions.get(new TopicPartition(consumerRecord.topic(), consumerRecord.partition()));
				next = (partition != null) ? moved.getOrDefault(partition, partition.next()) : 0;
			}
			if (partition != null && consumerRecord.offset() >= next) {
				next = consumerRecord.offset() + 1;
				newest = Math.max(newest, consumerRecord.timestamp());
				KafkaRecord taking = new KafkaRecord(partition.id(), consumerRecord);
				if (partition.isNewEpoch(taking.leaderEpoch())) {
					epochs.add(new EpochStart(partition.slot(), taking.leaderEpoch(), taking.offset()));
				}
				list.add(taking);
			}
		}
		moved(moved, partition, next);
		// Records that cannot be handed on are not taken.
		HeadUpdate head = head(moved);
		taken.taken(list, new HeadUpdate(head.slots(), head.offsets(), newest, List.of(), epochs));
		moved.forEach(LogPartition::next);
		return true;
	}

	/// Moves over transaction markers and compacted records, to where a consumer
	/// stands that has handed everything over.
	synchronized void moveTo(int ofGeneration, Map<TopicPartition, Long> positions, Taken taken) {
		if (ofGeneration != this.generation) {
			return;
		}
		Map<LogPartition, Long> moved = new HashMap<>();
		positions.forEach((topicPartition, position) -> {
			LogPartition partition = this.partitions.get(topicPartition);
			if (partition != null && position > partition.next()) {
				partition.next(position);
				moved.put(partition, position);
			}
		});
		if (!moved.isEmpty()) {
			taken.taken(List.of(), head(moved));
		}
	}

	/// Moves a partition whose next offset the log does not hold. It begins anew, so
	/// that nobody takes what is before and after for one piece.
	synchronized void reposition(TopicPartition topicPartition, long next) {
		LogPartition partition = this.partitions.get(topicPartition);
		if (partition != null) {
			put(partition.id().binding(), topicPartition, partition.topicId(), partition.partitions(), next, next);
		}
	}

	/// Returns where every partition stands.
	synchronized HeadUpdate head() {
		Map<LogPartition, Long> all = new HashMap<>();
		this.partitions.values().forEach((partition) -> all.put(partition, partition.next()));
		return head(all);
	}

	/// Whether every partition stands at or behind that offset.
	synchronized boolean hasReached(Map<TopicPartition, Long> ends) {
		return ends.entrySet().stream().allMatch((end) -> {
			@Nullable LogPartition partition = this.partitions.get(end.getKey());
			return partition == null || partition.next() >= end.getValue();
		});
	}

	private static void moved(Map<LogPartition, Long> moved, @Nullable LogPartition partition, long next) {
		if (partition != null && next > partition.next()) {
			moved.put(partition, next);
		}
	}

	private static boolean isOf(ConsumerRecord<byte[], byte[]> consumerRecord, LogPartition partition) {
		TopicPartition topicPartition = partition.topicPartition();
		return consumerRecord.partition() == topicPartition.partition()
				&& consumerRecord.topic().equals(topicPartition.topic());
	}

	private static HeadUpdate head(Map<LogPartition, Long> moved) {
		int[] slots = new int[moved.size()];
		long[] offsets = new long[moved.size()];
		int i = 0;
		for (Map.Entry<LogPartition, Long> entry : moved.entrySet()) {
			slots[i] = entry.getKey().slot();
			offsets[i++] = entry.getValue();
		}
		return new HeadUpdate(slots, offsets);
	}

	/// Takes records with the positions behind them. Called under the table's lock,
	/// so that the order holds; does not block.
	interface Taken {

		void taken(List<KafkaRecord> records, HeadUpdate head);

	}

}
