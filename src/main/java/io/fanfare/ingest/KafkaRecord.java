package io.fanfare.ingest;

import java.util.function.BiConsumer;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// A consumer's record as the other rooms see it.
///
/// @param id where it was read
/// @param record what was read
record KafkaRecord(PartitionId id, ConsumerRecord<byte[], byte[]> record) implements LogRecord {

	@Override
	public TopicBinding binding() {
		return this.id.binding();
	}

	@Override
	public String topicId() {
		return this.id.topicId();
	}

	@Override
	public int partition() {
		return this.record.partition();
	}

	@Override
	public int slot() {
		return this.id.slot();
	}

	@Override
	public long offset() {
		return this.record.offset();
	}

	@Override
	public int leaderEpoch() {
		return this.record.leaderEpoch().orElse(-1);
	}

	@Override
	public long timestamp() {
		return this.record.timestamp();
	}

	@Override
	public byte @Nullable [] key() {
		return this.record.key();
	}

	@Override
	public byte @Nullable [] value() {
		return this.record.value();
	}

	@Override
	public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
		// Without an iterator, as most records have no header.
		for (Header header : this.record.headers().toArray()) {
			consumer.accept(header.key(), header.value());
		}
	}

	@Override
	public byte @Nullable [] lastHeader(String name) {
		Header header = this.record.headers().lastHeader(name);
		return (header != null) ? header.value() : null;
	}

}
