package io.fanfare.bench;

import java.util.function.BiConsumer;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.jspecify.annotations.Nullable;

/// A record of 200 bytes with a key and no headers.
///
/// @param id where it stands
/// @param offset its offset
/// @param key its recipient
/// @param value its JSON
record BenchRecord(PartitionId id, long offset, byte[] key, byte[] value) implements LogRecord {

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
		return this.id.partition();
	}

	@Override
	public int slot() {
		return this.id.slot();
	}

	@Override
	public long timestamp() {
		return 1_795_000_000_123L;
	}

	@Override
	public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
		// None.
	}

	@Override
	public byte @Nullable [] lastHeader(String name) {
		return null;
	}

}
