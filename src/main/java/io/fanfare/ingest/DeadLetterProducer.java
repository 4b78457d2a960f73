package io.fanfare.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies bad records to the dead-letter topic, keyed `<topic>/<partition>/<offset>`: several
/// replicas write the same key, compaction removes repeats.
///
/// Threads: the log thread hands over and never waits; a thread of its own sends, because a
/// producer blocks while it does not know the topic. Bounded by the bytes that wait: a copy that
/// finds no room or no broker is counted as failed.
final class DeadLetterProducer implements DeadLetters, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterProducer.class);

	private static final String REASON_HEADER = "fanfare-reason";

	private static final String KEY_HEADER = "fanfare-key";

	private static final long MAX_WAITING_BYTES = 16 * 1024 * 1024;

	/// Bytes that a record has besides key, value and headers, generously.
	private static final int OVERHEAD = 512;

	private static final int MAX_BLOCK_MS = 5000;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final String topic;

	private final Map<String, Object> config;

	private final ExecutorService thread = Executors
		.newSingleThreadExecutor(Thread.ofPlatform().name("fanfare-dead-letters").daemon().factory());

	/// Bytes handed over and not yet sent or given up.
	private final AtomicLong waiting = new AtomicLong();

	private final Counter copied;

	private final Counter failed;

	/// Made with the first copy, on the sending thread.
	private volatile @Nullable Producer<byte[], byte[]> producer;

	DeadLetterProducer(String topic, Map<String, Object> producerConfig, MeterRegistry registry) {
		this.topic = topic;
		this.config = new HashMap<>(producerConfig);
		this.config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		this.config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		this.config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
		// A copy is a little larger than its record; the broker decides what is too
		// large.
		this.config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int) MAX_WAITING_BYTES);
		this.copied = FanfareMeter.DEAD_LETTERS.counter(registry, "outcome", "copied");
		this.failed = FanfareMeter.DEAD_LETTERS.counter(registry, "outcome", "failed");
	}

	@Override
	public void copy(LogRecord record, BadRecord reason) {
		ProducerRecord<byte[], byte[]> copy = copyOf(record, reason);
		long size = size(copy);
		if (this.waiting.addAndGet(size) > MAX_WAITING_BYTES) {
			done(size, this.failed);
			return;
		}
		try {
			this.thread.execute(() -> send(copy, size));
		}
		catch (RejectedExecutionException ex) {
			done(size, this.failed);
		}
	}

	private ProducerRecord<byte[], byte[]> copyOf(LogRecord record, BadRecord reason) {
		LogPosition position = record.position();
		String key = position.topic() + "/" + position.partition() + "/" + position.offset();
		ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(this.topic, key.getBytes(StandardCharsets.UTF_8),
				record.value());
		record.forEachHeader((name, value) -> copy.headers().add(name, value));
		if (record.key() != null) {
			copy.headers().add(KEY_HEADER, record.key());
		}
		copy.headers().add(REASON_HEADER, reason.tag().getBytes(StandardCharsets.UTF_8));
		return copy;
	}

	private static long size(ProducerRecord<byte[], byte[]> copy) {
		long[] size = { OVERHEAD + ((copy.value() != null) ? copy.value().length : 0) };
		copy.headers()
			.forEach((header) -> size[0] += header.key().length()
					+ ((header.value() != null) ? header.value().length : 0));
		return size[0];
	}

	private void send(ProducerRecord<byte[], byte[]> copy, long size) {
		try {
			Producer<byte[], byte[]> current = this.producer;
			if (current == null) {
				current = new KafkaProducer<>(this.config);
				this.producer = current;
			}
			// The callback hears of every outcome that the future would.
			var _ = current.send(copy, (metadata, ex) -> done(size, (ex != null) ? this.failed : this.copied));
		}
		catch (KafkaException | IllegalStateException ex) {
			logger.debug("Could not copy a bad record", ex);
			done(size, this.failed);
		}
	}

	private void done(long size, Counter outcome) {
		this.waiting.addAndGet(-size);
		outcome.increment();
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
		Producer<byte[], byte[]> current = this.producer;
		if (current != null) {
			current.close(CLOSE_TIMEOUT);
		}
	}

}
