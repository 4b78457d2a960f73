package io.fanfare.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.jspecify.annotations.Nullable;

/// A record copied out of the journal.
final class JournalRecord implements LogRecord {

	private final PartitionId id;

	private final long offset;

	private final long timestamp;

	private final byte @Nullable [] key;

	private final byte @Nullable [] value;

	private final List<Header> headers;

	JournalRecord(PartitionId id, long offset, RecordBytes.Reader reader) {
		this.id = id;
		this.offset = offset;
		this.timestamp = reader.getLong();
		this.key = reader.getBytes();
		this.value = reader.getBytes();
		int count = reader.getInt();
		this.headers = (count > 0) ? new ArrayList<>(count) : List.of();
		for (int i = 0; i < count; i++) {
			String name = new String(Objects.requireNonNull(reader.getBytes()), StandardCharsets.UTF_8);
			this.headers.add(new Header(name, reader.getBytes()));
		}
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
	public long offset() {
		return this.offset;
	}

	@Override
	public long timestamp() {
		return this.timestamp;
	}

	@Override
	public byte @Nullable [] key() {
		return this.key;
	}

	@Override
	public byte @Nullable [] value() {
		return this.value;
	}

	@Override
	public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
		this.headers.forEach((header) -> consumer.accept(header.name, header.value));
	}

	@Override
	public byte @Nullable [] lastHeader(String name) {
		for (int i = this.headers.size() - 1; i >= 0; i--) {
			if (this.headers.get(i).name.equals(name)) {
				return this.headers.get(i).value;
			}
		}
		return null;
	}

	private record Header(String name, byte @Nullable [] value) {
	}

}
