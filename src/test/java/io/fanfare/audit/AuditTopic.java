package io.fanfare.audit;

/// The topics that notifications are published to.
enum AuditTopic {

	/// For one user, placed as Java's producer does.
	MURMUR2("audit-murmur2", 6, "sub", "murmur2"),

	/// For one user, placed as librdkafka does.
	CRC32("audit-crc32", 5, "sub", "crc32"),

	/// For the members of a group.
	GROUPS("audit-groups", 4, "groups", "murmur2"),

	EVERYONE("audit-everyone", 2, "everyone", "any");

	private final String topic;

	private final int partitions;

	private final String addressBy;

	private final String partitioner;

	AuditTopic(String topic, int partitions, String addressBy, String partitioner) {
		this.topic = topic;
		this.partitions = partitions;
		this.addressBy = addressBy;
		this.partitioner = partitioner;
	}

	/// Returns the topic's name on the broker.
	String topic() {
		return this.topic;
	}

	int partitions() {
		return this.partitions;
	}

	/// Returns the claim that its keys are matched against.
	String addressBy() {
		return this.addressBy;
	}

	/// Returns what the gateway is told of how keys are placed.
	String partitioner() {
		return this.partitioner;
	}

}
