package io.fanfare.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;

/// One consumer over a fixed set of partitions, without a group: nothing is committed and
/// nobody rebalances. The only class that knows reactor-kafka.
///
/// Lives for one subscription of [#receive(Handover)]; a failed one is replaced.
final class LogReceiver {

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	/// A position that is being looked up is told at a later tick; the poll thread does
	/// not wait for it.
	private static final Duration POSITION_TIMEOUT = Duration.ofMillis(50);

	/// Batches that may be on their way through the log thread and the event loops at
	/// once.
	private static final int BATCHES_IN_FLIGHT = 4;

	private final PolledCount[] polled = new PolledCount[1];

	private final AtomicLong handedOver = new AtomicLong();

	private final KafkaReceiver<byte[], byte[]> receiver;

	/// Records that the next batch may have: as many as the one before.
	private volatile int expected;

	/// Creates a receiver; nothing is connected yet.
	/// @param consumerConfig Kafka client configuration
	/// @param from first offset to read, for each partition to read
	LogReceiver(Map<String, Object> consumerConfig, Map<TopicPartition, Long> from) {
		Map<String, Object> config = new HashMap<>(withoutGroup(consumerConfig));
		config.put(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, List.of(PolledCount.class.getName()));
		config.put(PolledCount.CONFIG, this.polled);
		this.receiver = KafkaReceiver.create(ReceiverOptions.<byte[], byte[]>create(config)
			.assignment(from.keySet())
			.addAssignListener((partitions) -> partitions
				.forEach((partition) -> partition.seek(from.getOrDefault(partition.topicPartition(), 0L))))
			.commitInterval(Duration.ZERO)
			.commitBatchSize(0)
			.closeTimeout(CLOSE_TIMEOUT));
	}

	/// Returns the configuration of a consumer of its own partitions and offsets, of raw
	/// records, and of none that a transaction has not committed.
	static Map<String, Object> withoutGroup(Map<String, Object> consumerConfig) {
		Map<String, Object> config = new HashMap<>(consumerConfig);
		config.remove(ConsumerConfig.GROUP_ID_CONFIG);
		config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
		config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
		return config;
	}

	/// Reads until cancelled or failed. Batches are handed over in log order, a few
	/// at a time, on the poll thread or on the thread that completed an earlier one.
	/// @return never completes; errors with whatever poll threw
	Mono<Void> receive(Handover handover) {
		// flatMap subscribes in order, and handing over happens on subscription, so
		// the order holds; concatMap would leave the log thread idle while the event
		// loops write.
		return this.receiver.receiveBatch(1)
			.flatMap((batch) -> collect(batch).flatMap((records) -> handOver(records, handover)), BATCHES_IN_FLIGHT, 1)
			.then();
	}

	private <T> Mono<List<T>> collect(Flux<T> batch) {
		return batch.collect(() -> new ArrayList<>(this.expected), List::add);
	}

	private Mono<Void> handOver(List<? extends ConsumerRecord<byte[], byte[]>> records, Handover handover) {
		this.expected = records.size();
		return Mono.create((done) -> {
			try {
				handover.handOver(records, done::success);
				// Only now: a position told before would have these records passed over.
				this.handedOver.addAndGet(records.size());
			}
			catch (RuntimeException | Error ex) {
				// Wrapped, because Reactor throws some errors on instead of ending the
				// stream, and the records after these would follow without them.
				done.error(new IllegalStateException("Handing over records failed", ex));
			}
		});
	}

	/// Returns the consumer's positions, which count transaction markers and
	/// compacted records as read, or nothing while some polled record is not handed
	/// over yet.
	Mono<Map<TopicPartition, Long>> positions() {
		return this.receiver.doOnConsumer((consumer) -> {
			Map<TopicPartition, Long> positions = new HashMap<>();
			if (this.polled[0] != null && this.polled[0].records() == this.handedOver.get()) {
				consumer.assignment()
					.forEach((partition) -> positions.put(partition, consumer.position(partition, POSITION_TIMEOUT)));
			}
			return positions;
		});
	}

	/// Takes batches.
	interface Handover {

		/// Takes records in log order per partition. Called in order, never concurrently.
		/// @param done run once, when a further batch may take this one's place
		void handOver(List<? extends ConsumerRecord<byte[], byte[]>> records, Runnable done);

	}

}
