package io.fanfare.audit;

import java.util.Map;
import java.util.zip.CRC32;

import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;

/// Places keys as librdkafka does by default (`consistent_random`), and with it most producers
/// that are not written in Java.
public final class Crc32Partitioner implements Partitioner {

	@Override
	public void configure(Map<String, ?> configs) {
		// There is nothing to set.
	}

	@Override
	public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
		return partition(keyBytes, cluster.partitionCountForTopic(topic));
	}

	static int partition(byte[] key, int partitions) {
		CRC32 crc = new CRC32();
		crc.update(key);
		return (int) (crc.getValue() % partitions);
	}

	@Override
	public void close() {
		// There is nothing to let go of.
	}

}
