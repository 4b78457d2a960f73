package io.fanfare.notification;

/// One partition of one incarnation of a bound topic.
///
/// @param binding how the topic's records name recipients
/// @param topicId short id of the topic's incarnation; a recreated topic has another
/// @param partition number within the topic
/// @param slot index among all partitions that this replica reads or has read, dense, and
/// never used again for another incarnation
public record PartitionId(TopicBinding binding, String topicId, int partition, int slot) {
}
