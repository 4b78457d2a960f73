package io.fanfare.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A Kafka consumer that looks at the clock and does nothing else: the latency that a gateway
/// cannot go below. Reads a topic that no gateway reads, from its end, as the gateway does: all
/// partitions, no group, committed records alone.
final class BareConsumer implements AutoCloseable {

	private static final Duration POLL = Duration.ofSeconds(1);

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final CompletableFuture<Histogram> done = new CompletableFuture<>();

	BareConsumer(Target target) {
		this.consumer = new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrapServers(),
						ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		List<TopicPartition> partitions = IntStream.range(0, BrokerMain.USER_PARTITIONS)
			.mapToObj((partition) -> new TopicPartition(BrokerMain.BARE_TOPIC, partition))
			.toList();
		this.consumer.assign(partitions);
		this.consumer.seekToEnd(partitions);
		partitions.forEach(this.consumer::position);
	}

	/// Begins to read, on a thread of its own.
	/// @param latency told what was received
	void start(LatencyWindow latency) {
		Thread.ofPlatform().daemon().name("load-bare-consumer").start(() -> {
			try {
				read(latency);
				this.done.complete(latency.fromIntended());
			}
			catch (RuntimeException ex) {
				this.done.completeExceptionally(ex);
			}
		});
	}

	private void read(LatencyWindow latency) {
		try {
			while (true) {
				for (ConsumerRecord<byte[], byte[]> record : this.consumer.poll(POLL)) {
					ByteBuf value = Unpooled.wrappedBuffer(record.value());
					Stamp stamp = Stamp.read(value, Stamp.find(value, 0, value.readableBytes()));
					latency.received(stamp.to(), stamp, System.nanoTime());
				}
			}
		}
		catch (WakeupException asked) {
			// The end.
		}
	}

	/// Ends reading.
	/// @return latencies from the intended send time, in nanoseconds
	Histogram end() throws LoadException, InterruptedException {
		this.consumer.wakeup();
		try {
			return this.done.get(10, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new LoadException("the bare consumer failed: " + ex, ex);
		}
	}

	@Override
	public void close() {
		this.consumer.close();
	}

}
