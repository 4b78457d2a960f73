package io.fanfare.ingest;

import io.fanfare.notification.TopicBinding;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// One partition that this replica reads, and how far it has come.
final class LogPartition {

	private static final int SHORT_ID_LENGTH = 8;

	private final TopicBinding binding;

	private final TopicPartition topicPartition;

	private final Uuid topicId;

	private final String shortTopicId;

	private final int slot;

	/// Next offset to hand to the log thread; guarded by [PartitionTable].
	private long next;

	LogPartition(TopicBinding binding, TopicPartition topicPartition, Uuid topicId, int slot, long next) {
		this.binding = binding;
		this.topicPartition = topicPartition;
		this.topicId = topicId;
		this.shortTopicId = topicId.toString().substring(0, SHORT_ID_LENGTH);
		this.slot = slot;
		this.next = next;
	}

	TopicBinding binding() {
		return this.binding;
	}

	TopicPartition topicPartition() {
		return this.topicPartition;
	}

	Uuid topicId() {
		return this.topicId;
	}

	String shortTopicId() {
		return this.shortTopicId;
	}

	int slot() {
		return this.slot;
	}

	long next() {
		return this.next;
	}

	void next(long newNext) {
		this.next = newNext;
	}

}
