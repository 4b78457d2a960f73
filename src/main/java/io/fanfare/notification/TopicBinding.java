package io.fanfare.notification;

import org.jspecify.annotations.Nullable;

/// How the records of one Kafka topic name their recipients, and where they stand.
///
/// @param topic name of the Kafka topic
/// @param addressBy name of the claim that recipients are matched against, or `everyone`
/// @param addressHeader name of the record header that holds the recipients, or `null`
/// where the record's key is the recipient
/// @param defaultType CloudEvents `type` of records that are not CloudEvents themselves
/// @param partitioner how producers choose the partition from the key
public record TopicBinding(String topic, String addressBy, @Nullable String addressHeader, String defaultType,
		Partitioner partitioner) {

	/// Binds a topic of which nothing is known about partitions.
	public TopicBinding(String topic, String addressBy, @Nullable String addressHeader, String defaultType) {
		this(topic, addressBy, addressHeader, defaultType, Partitioner.ANY);
	}

	/// Whether every session is a recipient.
	public boolean toEveryone() {
		return this.addressBy.equals(Address.EVERYONE_CLAIM);
	}

	/// Whether a recipient's records stand in the partition of its key alone.
	public boolean isPartitionedByAddress() {
		return this.partitioner != Partitioner.ANY && !toEveryone() && this.addressHeader == null;
	}

}
