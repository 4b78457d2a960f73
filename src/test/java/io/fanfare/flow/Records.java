package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes any records, good and bad, each acknowledged by all replicas before the call
/// returns.
final class Records implements AutoCloseable {

	private static final int WAIT_SECONDS = 30;

	private final KafkaProducer<byte[], byte[]> producer;

	private Records(String bootstrapServers, Map<String, Object> settings) {
		Map<String, Object> config = new HashMap<>(settings);
		config.put("bootstrap.servers", bootstrapServers);
		config.put("linger.ms", 0);
		config.put("max.request.size", 2_000_000);
		this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
	}

	static Records to(String bootstrapServers) {
		return new Records(bootstrapServers, Map.of());
	}

	/// Opens a producer whose records are part of transactions.
	static Records transactional(String bootstrapServers, String id) {
		Records records = new Records(bootstrapServers, Map.of("transactional.id", id));
		records.producer.initTransactions();
		return records;
	}

	KafkaProducer<byte[], byte[]> producer() {
		return this.producer;
	}

	/// Writes to partition 0.
	/// @return the offset
	long write(String topic, @Nullable String key, @Nullable String value, String... headers) throws Exception {
		return write(topic, 0, bytes(key), bytes(value), headers);
	}

	/// Writes a record.
	/// @param headers names and values, in turn
	/// @return the offset
	long write(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value, String... headers)
			throws Exception {
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, key, value);
		for (int i = 0; i < headers.length; i += 2) {
			record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
		}
		return this.producer.send(record).get(WAIT_SECONDS, TimeUnit.SECONDS).offset();
	}

	/// Writes to partition 0 as of that time.
	/// @return the offset
	long writeAt(Instant time, String topic, String key, String value) throws Exception {
		return this.producer.send(new ProducerRecord<>(topic, 0, time.toEpochMilli(), bytes(key), bytes(value)))
			.get(WAIT_SECONDS, TimeUnit.SECONDS)
			.offset();
	}

	private static byte @Nullable [] bytes(@Nullable String text) {
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : null;
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
