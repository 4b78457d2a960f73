package io.fanfare.journal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.jspecify.annotations.Nullable;

/// A record for tests.
record TestRecord(PartitionId id, long offset, byte @Nullable [] key, byte @Nullable [] value,
		List<Map.Entry<String, byte[]>> headers) implements LogRecord {

	static TestRecord keyed(PartitionId id, long offset, String key, int valueSize) {
		return new TestRecord(id, offset, key.getBytes(StandardCharsets.UTF_8), new byte[valueSize], List.of());
	}

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
		return 1_000 + this.offset;
	}

	@Override
	public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
		this.headers.forEach((header) -> consumer.accept(header.getKey(), header.getValue()));
	}

	@Override
	public byte @Nullable [] lastHeader(String name) {
		return this.headers.stream()
			.filter((header) -> header.getKey().equals(name))
			.map(Map.Entry::getValue)
			.reduce((earlier, later) -> later)
			.orElse(null);
	}

}
