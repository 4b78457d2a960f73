package io.fanfare.notification;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/// A record for tests, as it would stand at offset 42 of partition 7. Settings return the
/// record itself.
public final class TestRecord implements LogRecord {

	/// 2026-11-24T10:00:00Z.
	public static final long TIMESTAMP = 1795514400000L;

	private final List<Header> headers = new ArrayList<>();

	private TopicBinding binding;

	private byte @Nullable [] key;

	private byte @Nullable [] value;

	private boolean failing;

	private long offset = 42;

	private long timestamp = TIMESTAMP;

	private TestRecord(byte @Nullable [] value) {
		this.binding = new TopicBinding("orders", "sub", null, "com.example.order");
		this.value = value;
	}

	/// Returns a record with that value and nothing else.
	public static TestRecord of(byte @Nullable [] value) {
		return new TestRecord(value);
	}

	/// Returns a record with that value in UTF-8 and nothing else.
	public static TestRecord of(String value) {
		return new TestRecord(value.getBytes(StandardCharsets.UTF_8));
	}

	public TestRecord key(byte @Nullable [] newKey) {
		this.key = newKey;
		return this;
	}

	public TestRecord key(String newKey) {
		return key(newKey.getBytes(StandardCharsets.UTF_8));
	}

	public TestRecord header(String name, byte @Nullable [] headerValue) {
		this.headers.add(new Header(name, headerValue));
		return this;
	}

	public TestRecord header(String name, String headerValue) {
		return header(name, headerValue.getBytes(StandardCharsets.UTF_8));
	}

	public TestRecord boundBy(TopicBinding newBinding) {
		this.binding = newBinding;
		return this;
	}

	public TestRecord at(long newOffset) {
		this.offset = newOffset;
		return this;
	}

	public TestRecord stamped(long newTimestamp) {
		this.timestamp = newTimestamp;
		return this;
	}

	/// Fails when its key is asked for, as no record should.
	public TestRecord failing() {
		this.failing = true;
		return this;
	}

	@Override
	public TopicBinding binding() {
		return this.binding;
	}

	@Override
	public String topicId() {
		return "Tk3cQ_xz";
	}

	@Override
	public int partition() {
		return 7;
	}

	@Override
	public int slot() {
		return 0;
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
		if (this.failing) {
			throw new IllegalStateException("a record that fails");
		}
		return this.key;
	}

	@Override
	public byte @Nullable [] value() {
		return this.value;
	}

	@Override
	public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
		this.headers.forEach((header) -> consumer.accept(header.name(), header.value()));
	}

	@Override
	public byte @Nullable [] lastHeader(String name) {
		for (Header header : this.headers.reversed()) {
			if (header.name().equals(name)) {
				return header.value();
			}
		}
		return null;
	}

	private record Header(String name, byte @Nullable [] value) {
	}

}
