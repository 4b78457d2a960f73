package io.fanfare.ingest;

import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// One partition that this replica reads, and how far it has come.
final class LogPartition {

	private static final int SHORT_ID_LENGTH = 8;

	private final PartitionId id;

	private final TopicPartition topicPartition;

	private final Uuid topicId;

	/// How many partitions the topic had when reading began.
	private final int partitions;

	/// Next offset to hand to the log thread; guarded by [PartitionTable], as is the
	/// epoch.
	private long next;

	/// Epoch of the leader that took the record handed over last, -1 where it is not
	/// known.
	private int epoch = -1;

	LogPartition(TopicBinding binding, TopicPartition topicPartition, Uuid topicId, int partitions, int slot,
			long next) {
		this.id = new PartitionId(binding, topicId.toString().substring(0, SHORT_ID_LENGTH), topicPartition.partition(),
				slot);
		this.topicPartition = topicPartition;
		this.topicId = topicId;
		this.partitions = partitions;
		this.next = next;
	}

	PartitionId id() {
		return this.id;
	}

	TopicPartition topicPartition() {
		return this.topicPartition;
	}

	Uuid topicId() {
		return this.topicId;
	}

	int partitions() {
		return this.partitions;
	}

	int slot() {
		return this.id.slot();
	}

	/// Notes the epoch of a record.
	/// @return whether it is a later one
	boolean isNewEpoch(int ofRecord) {
		boolean later = ofRecord > this.epoch;
		this.epoch = Math.max(this.epoch, ofRecord);
		return later;
	}

	long next() {
		return this.next;
	}

	void next(long newNext) {
		this.next = newNext;
	}

}
