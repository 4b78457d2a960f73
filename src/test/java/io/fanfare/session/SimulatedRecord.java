package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.jspecify.annotations.Nullable;

/// A record of the simulated log.
///
/// @param id where it stands
/// @param offset offset in its partition
/// @param recipients whom it names
/// @param leaderEpoch epoch of the leader that took it
/// @param headers further headers
record SimulatedRecord(PartitionId id, long offset, List<String> recipients, int leaderEpoch,
		Map<String, String> headers) implements LogRecord {

	static SimulatedRecord of(PartitionId id, long offset, String... recipients) {
		return new SimulatedRecord(id, offset, List.of(recipients), -1, Map.of());
	}

	SimulatedRecord inEpoch(int epoch) {
		return new SimulatedRecord(this.id, this.offset, this.recipients, epoch, this.headers);
	}

	/// Returns the same as a CloudEvent in binary mode with one more attribute.
	SimulatedRecord with(String attribute, String attributeValue) {
		Map<String, String> all = new HashMap<>(Map.of("ce_specversion", "1.0", "ce_id", Long.toString(this.offset),
				"ce_source", "/simulation", "ce_type", "note"));
		all.putAll(this.headers);
		all.put("ce_" + attribute, attributeValue);
		return new SimulatedRecord(this.id, this.offset, this.recipients, this.leaderEpoch, all);
	}

	List<byte[]> addresses() {
		return binding().toEveryone() ? List.of(new byte[0])
				: this.recipients.stream().map(SimulatedRecord::bytes).toList();
	}

	boolean isFor(String name) {
		return binding().toEveryone() || this.recipients.contains(name);
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
		return 0;
	}

	@Override
	public byte[] key() {
		return bytes(this.recipients.getFirst());
	}

	@Override
	public byte[] value() {
		return bytes("{\"slot\":" + slot() + ",\"offset\":" + this.offset + "}");
	}

	@Override
	public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
		String recipientHeader = binding().addressHeader();
		if (recipientHeader != null) {
			this.recipients.forEach((recipient) -> consumer.accept(recipientHeader, bytes(recipient)));
		}
		this.headers.forEach((name, text) -> consumer.accept(name, bytes(text)));
	}

	@Override
	public byte @Nullable [] lastHeader(String name) {
		String text = this.headers.get(name);
		return (text != null) ? bytes(text) : null;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
