package io.fanfare.ingest;

import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Counts what a consumer has returned from poll, so that its position can be told from the
/// position of what was handed over: between the two stand prefetched batches.
///
/// Kafka makes the instance; the receiver finds it through [#CONFIG]. On the poll thread.
public final class PolledCount implements ConsumerInterceptor<byte[], byte[]> {

	static final String CONFIG = "fanfare.polled.holder";

	private long records;

	@Override
	public void configure(Map<String, ?> configs) {
		if (configs.get(CONFIG) instanceof PolledCount[] holder) {
			holder[0] = this;
		}
	}

	@Override
	public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> polled) {
		this.records += polled.count();
		return polled;
	}

	@Override
	public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
		// Nothing is ever committed.
	}

	@Override
	public void close() {
		// Holds nothing.
	}

	long records() {
		return this.records;
	}

}
