package io.fanfare.notification;

/// A place in the Kafka log.
///
/// @param topic name of the topic
/// @param partition number of the partition
/// @param offset offset of one record
public record LogPosition(String topic, int partition, long offset) {

	@Override
	public String toString() {
		return this.topic + "-" + this.partition + "@" + this.offset;
	}

}
