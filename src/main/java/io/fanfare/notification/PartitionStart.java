package io.fanfare.notification;

/// A partition that begins to be read.
///
/// @param partition the partition
/// @param first first offset that will be read
/// @param end end of the partition when reading began: records before it are read to warm up
/// @param partitions how many partitions the topic has
public record PartitionStart(PartitionId partition, long first, long end, int partitions) {
}
