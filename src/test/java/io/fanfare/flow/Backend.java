package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A backend: publishes records to a gateway's topics. Safe for use by several threads.
public final class Backend implements AutoCloseable {

	private final Gateway gateway;

	private final KafkaProducer<byte[], byte[]> producer;

	private final List<Future<RecordMetadata>> sent = new ArrayList<>();

	/// @param gateway whose topics are published to
	public Backend(Gateway gateway, String bootstrapServers) {
		this.gateway = gateway;
		this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "1"),
				new ByteArraySerializer(), new ByteArraySerializer());
	}

	/// Publishes and does not wait.
	/// @param topic name of the topic as [Gateway] knows it
	/// @param headers names and values, in turn
	public synchronized void publish(String topic, @Nullable String key, String value, String... headers) {
		List<Header> all = new ArrayList<>();
		for (int i = 0; i < headers.length; i += 2) {
			all.add(new RecordHeader(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8)));
		}
		byte @Nullable [] keyBytes = (key != null) ? key.getBytes(StandardCharsets.UTF_8) : null;
		this.sent.add(this.producer.send(new ProducerRecord<>(this.gateway.topic(topic), null, keyBytes,
				value.getBytes(StandardCharsets.UTF_8), all)));
	}

	/// Waits until all that was published is in the log.
	public synchronized void flush() {
		this.producer.flush();
		try {
			for (Future<RecordMetadata> record : this.sent) {
				record.get(Inbox.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			}
			this.sent.clear();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError("Not published", ex);
		}
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
