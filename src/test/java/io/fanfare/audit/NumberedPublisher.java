package io.fanfare.audit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Publishes a workload at a steady rate, through one producer for each way to place keys, and
/// notes where the broker put each record. Threads: one.
final class NumberedPublisher implements AutoCloseable {

	private static final Duration STEP = Duration.ofMillis(2);

	/// Behind the rate at most.
	private static final Duration MAX_DELAY = Duration.ofMillis(100);

	private final Workload workload;

	private final Publications publications;

	private final double perSecond;

	private final KafkaProducer<byte[], byte[]> murmur2;

	private final KafkaProducer<byte[], byte[]> crc32;

	private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

	NumberedPublisher(String bootstrapServers, Workload workload, Publications publications, double perSecond) {
		this.workload = workload;
		this.publications = publications;
		this.perSecond = perSecond;
		this.murmur2 = producer(bootstrapServers, Map.of());
		this.crc32 = producer(bootstrapServers,
				Map.of(ProducerConfig.PARTITIONER_CLASS_CONFIG, Crc32Partitioner.class.getName()));
	}

	private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> more) {
		Map<String, Object> config = new HashMap<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
				ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.LINGER_MS_CONFIG, 2));
		config.putAll(more);
		return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
	}

	/// Publishes everything; returns when the broker has it.
	/// @param limit how many may be published so far
	/// @throws IllegalStateException if it has not
	void publishAll(IntSupplier limit) {
		long dueAt = System.nanoTime();
		while (this.workload.hasNext() && this.failure.get() == null) {
			while (System.nanoTime() < dueAt || this.publications.sent() >= limit.getAsInt()) {
				LockSupport.parkNanos(STEP.toNanos());
			}
			send(this.workload.next());
			// What could not be sent in time is not made good in a burst.
			dueAt = Math.max(dueAt, System.nanoTime() - MAX_DELAY.toNanos()) + (long) (1e9 / this.perSecond);
		}
		this.murmur2.flush();
		this.crc32.flush();
		Exception first = this.failure.get();
		if (first != null) {
			throw new IllegalStateException("A record was not published", first);
		}
	}

	private void send(Message message) {
		this.publications.sending(message);
		String key = message.key();
		var _ = ((message.topic() == AuditTopic.CRC32) ? this.crc32 : this.murmur2).send(new ProducerRecord<>(
				message.topic().topic(), (key != null) ? key.getBytes(StandardCharsets.UTF_8) : null,
				message.value().getBytes(StandardCharsets.UTF_8)), (stored, ex) -> {
					if (ex != null) {
						this.failure.compareAndSet(null, ex);
					}
					else {
						this.publications.stored(message, stored.partition(), stored.offset());
					}
				});
	}

	@Override
	public void close() {
		this.murmur2.close();
		this.crc32.close();
	}

}
