package io.fanfare.load;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Publishes stamped records through a real producer with linger 0 and `acks=all`.
final class Publisher implements AutoCloseable {

	private final KafkaProducer<byte[], byte[]> producer;

	private final Target target;

	private final int valueSize;

	private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

	Publisher(Target target, int valueSize) {
		this.target = target;
		this.valueSize = valueSize;
		this.producer = new KafkaProducer<>(
				Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrapServers(),
						ProducerConfig.LINGER_MS_CONFIG, 0, ProducerConfig.ACKS_CONFIG, "all",
						ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000),
				new ByteArraySerializer(), new ByteArraySerializer());
		// Fetches what the first record would otherwise wait for.
		this.producer.partitionsFor(target.userTopic());
		this.producer.partitionsFor(target.everyoneTopic());
	}

	/// Returns the key of a session's records.
	static byte[] key(int session) {
		return Tokens.user(session).getBytes(StandardCharsets.UTF_8);
	}

	/// Publishes a record for one session.
	/// @param intended when it was to be sent, as of [System#nanoTime()]
	void toSession(int session, byte[] key, int sequence, long intended) {
		send(this.target.userTopic(), key, new Stamp(session, sequence, intended, System.nanoTime()));
	}

	/// Publishes a record for every session.
	/// @return when, as of [System#nanoTime()]
	long toEveryone(int sequence) {
		long now = System.nanoTime();
		send(this.target.everyoneTopic(), null, new Stamp(Stamp.EVERYONE, sequence, now, now));
		return now;
	}

	private void send(String topic, byte @Nullable [] key, Stamp stamp) {
		var _ = this.producer.send(new ProducerRecord<>(topic, key, stamp.value(this.valueSize)), (metadata, ex) -> {
			if (ex != null) {
				this.failure.compareAndSet(null, ex);
			}
		});
	}

	/// @throws LoadException if the broker has refused a record
	void requireAllPublished() throws LoadException {
		Exception first = this.failure.get();
		if (first != null) {
			throw new LoadException("a record was not published: " + first, first);
		}
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
