package io.fanfare.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.fanfare.journal.OlderLog.Reader;
import io.fanfare.journal.OlderLog.Reading;
import io.fanfare.notification.PartitionId;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread with one consumer, made when it is first needed, that reads partitions back.
///
/// What is handed over at a time is bounded in records and bytes, whatever a poll returns. Brokers
/// that do not answer are tried on until the reading is closed.
final class OlderLogThread implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(OlderLogThread.class);

	private static final int MAX_RECORDS = 500;

	/// Of a topic whose records name several recipients.
	private static final int MAX_RECORDS_BY_HEADER = 50;

	private static final int MAX_BYTES = 256 * 1024;

	private static final int FETCH_BYTES = 1024 * 1024;

	private static final Duration POLL = Duration.ofMillis(200);

	private static final Duration BACKOFF = Duration.ofMillis(500);

	private final Map<String, Object> config;

	private final ExecutorService thread;

	private final AtomicInteger readings = new AtomicInteger();

	private @Nullable Consumer<byte[], byte[]> consumer;

	/// What the consumer is at.
	private @Nullable OpenReading current;

	OlderLogThread(String name, Map<String, Object> consumerConfig) {
		this.config = new HashMap<>(LogReceiver.withoutGroup(consumerConfig));
		this.config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
		this.config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
		this.config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
		this.thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
	}

	/// Returns how many readings are open. Any thread.
	int readings() {
		return this.readings.get();
	}

	Reading read(PartitionId partition, long from, int epoch, Reader reader) {
		this.readings.incrementAndGet();
		return new OpenReading(partition, from, epoch, reader);
	}

	private Consumer<byte[], byte[]> consumer() {
		Consumer<byte[], byte[]> known = this.consumer;
		if (known == null) {
			known = new KafkaConsumer<>(this.config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
			this.consumer = known;
			this.current = null;
		}
		return known;
	}

	private void closeConsumer() {
		Consumer<byte[], byte[]> known = this.consumer;
		this.consumer = null;
		this.current = null;
		if (known != null) {
			try {
				known.close();
			}
			catch (KafkaException ex) {
				logger.debug("Closing a consumer failed", ex);
			}
		}
	}

	@Override
	public void close() {
		try {
			this.thread.execute(this::closeConsumer);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Closed already");
		}
		this.thread.shutdown();
	}

	/// One partition being read. Its state is the thread's.
	private final class OpenReading implements Reading {

		private final PartitionId partition;

		private final TopicPartition topicPartition;

		private final Reader reader;

		private final int maxRecords;

		private long next;

		private int epoch;

		/// Polled and not handed over.
		private final Queue<ConsumerRecord<byte[], byte[]>> polled = new ArrayDeque<>();

		/// Where the consumer stood after the last poll.
		private long polledTo;

		private volatile boolean closed;

		OpenReading(PartitionId partition, long from, int epoch, Reader reader) {
			this.partition = partition;
			this.topicPartition = OlderLogReaders.topicPartition(partition);
			this.reader = reader;
			this.maxRecords = (partition.binding().addressHeader() != null) ? MAX_RECORDS_BY_HEADER : MAX_RECORDS;
			this.next = from;
			this.epoch = epoch;
		}

		@Override
		public void more() {
			try {
				OlderLogThread.this.thread.execute(this::readOn);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The process ends");
			}
		}

		@Override
		public void close() {
			if (!this.closed) {
				this.closed = true;
				OlderLogThread.this.readings.decrementAndGet();
			}
		}

		private void readOn() {
			while (!this.closed && !OlderLogThread.this.thread.isShutdown()) {
				try {
					if (this.polled.isEmpty() && !poll()) {
						continue;
					}
					handOver();
					return;
				}
				catch (LogTruncationException ex) {
					OffsetAndMetadata end = ex.divergentOffsets().get(this.topicPartition);
					moveTo((end != null) ? end.offset() : this.next);
					return;
				}
				catch (OffsetOutOfRangeException ex) {
					if (moveIntoRange()) {
						return;
					}
				}
				catch (InterruptException ex) {
					return;
				}
				catch (KafkaException ex) {
					logger.debug("Reading back {} failed, trying on", this.topicPartition, ex);
					closeConsumer();
					backOff();
				}
			}
		}

		/// @return whether anything has come, or the consumer moved over what does not
		/// count
		private boolean poll() {
			Consumer<byte[], byte[]> known = consumer();
			if (OlderLogThread.this.current != this) {
				OlderLogThread.this.current = this;
				known.assign(Set.of(this.topicPartition));
				known.seek(this.topicPartition, new OffsetAndMetadata(this.next,
						(this.epoch >= 0) ? Optional.of(this.epoch) : Optional.empty(), ""));
			}
			ConsumerRecords<byte[], byte[]> records = known.poll(POLL);
			records.forEach(this.polled::add);
			// Behind what was polled there may be transaction markers.
			this.polledTo = known.position(this.topicPartition);
			return this.polledTo > this.next;
		}

		private void handOver() {
			List<KafkaRecord> records = new ArrayList<>();
			int bytes = 0;
			while (!this.polled.isEmpty() && records.size() < this.maxRecords && bytes < MAX_BYTES) {
				ConsumerRecord<byte[], byte[]> record = this.polled.remove();
				records.add(new KafkaRecord(this.partition, record));
				bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
				this.next = record.offset() + 1;
			}
			if (this.polled.isEmpty()) {
				this.next = this.polledTo;
			}
			this.reader.read(records, this.next);
		}

		private boolean moveIntoRange() {
			Set<TopicPartition> one = Set.of(this.topicPartition);
			try {
				long beginning = consumer().beginningOffsets(one).getOrDefault(this.topicPartition, this.next);
				long end = consumer().endOffsets(one).getOrDefault(this.topicPartition, this.next);
				long nearest = Math.clamp(this.next, beginning, Math.max(beginning, end));
				if (nearest != this.next) {
					moveTo(nearest);
					return true;
				}
			}
			catch (KafkaException ex) {
				logger.debug("Could not learn what {} holds, trying on", this.topicPartition, ex);
			}
			OlderLogThread.this.current = null;
			backOff();
			return false;
		}

		private void moveTo(long offset) {
			this.next = offset;
			this.epoch = -1;
			this.polled.clear();
			OlderLogThread.this.current = null;
			this.reader.moved(offset);
		}

		private void backOff() {
			try {
				Thread.sleep(BACKOFF);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
