package io.fanfare.audit;

/// One partition.
record Lane(AuditTopic topic, int partition) {

	@Override
	public String toString() {
		return this.topic.topic() + "-" + this.partition;
	}

}
