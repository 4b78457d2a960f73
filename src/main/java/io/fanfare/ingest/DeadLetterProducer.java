package io.fanfare.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.fanfare.notification.LogPosition;
import io.fanfare.notification.LogRecord;
import io.fanfare.routing.DeadLetters;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.BadRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies bad records to the dead-letter topic, keyed `<topic>/<partition>/<offset>`: several
/// replicas write the same key, compaction removes repeats.
///
/// Threads: the log thread; never blocks, so a copy that finds no room or no broker is counted
/// as failed.
final class DeadLetterProducer implements DeadLetters, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterProducer.class);

	private static final String REASON_HEADER = "fanfare-reason";

	private final String topic;

	private final Producer<byte[], byte[]> producer;

	private final Counter copied;

	private final Counter failed;

	DeadLetterProducer(String topic, Map<String, Object> producerConfig, MeterRegistry registry) {
		this.topic = topic;
		Map<String, Object> config = new HashMap<>(producerConfig);
		config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
		this.producer = new KafkaProducer<>(config);
		this.copied = FanfareMeter.DEAD_LETTERS.counter(registry, "outcome", "copied");
		this.failed = FanfareMeter.DEAD_LETTERS.counter(registry, "outcome", "failed");
	}

	@Override
	public void copy(LogRecord record, BadRecord reason) {
		LogPosition position = record.position();
		String key = position.topic() + "/" + position.partition() + "/" + position.offset();
		ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(this.topic, key.getBytes(StandardCharsets.UTF_8),
				record.value());
		record.forEachHeader((name, value) -> copy.headers().add(name, value));
		copy.headers().add(REASON_HEADER, reason.tag().getBytes(StandardCharsets.UTF_8));
		try {
			// The callback hears of every outcome that the future would.
			var _ = this.producer.send(copy, (metadata, ex) -> ((ex != null) ? this.failed : this.copied).increment());
		}
		catch (KafkaException ex) {
			logger.debug("Could not copy {}", position, ex);
			this.failed.increment();
		}
	}

	@Override
	public void close() {
		this.producer.close(Duration.ofSeconds(1));
	}

}
