package io.fanfare.notification;

import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/// One record of the log as it was read, undecoded.
///
/// The arrays belong to the record and are not to be changed.
public interface LogRecord {

	/// How the record's topic names recipients.
	TopicBinding binding();

	/// Short id of the topic's incarnation; a recreated topic has another.
	String topicId();

	/// Number of the partition within the topic.
	int partition();

	/// Index of the partition among all that this replica reads, dense and stable
	/// while the process lives.
	int slot();

	/// Offset within the partition.
	long offset();

	/// Epoch of the partition's leader that took the record, -1 where it is not known.
	default int leaderEpoch() {
		return -1;
	}

	/// Record timestamp in milliseconds since the epoch.
	long timestamp();

	/// Raw key, or `null`.
	byte @Nullable [] key();

	/// Raw value, or `null` (a tombstone).
	byte @Nullable [] value();

	/// Passes each header's name and raw value, in record order.
	void forEachHeader(BiConsumer<String, byte @Nullable []> consumer);

	/// Returns the raw value of the last header of that name, or `null`.
	byte @Nullable [] lastHeader(String name);

	/// Returns where the record stands.
	default LogPosition position() {
		return new LogPosition(binding().topic(), partition(), offset());
	}

}
