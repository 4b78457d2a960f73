package io.fanfare.load;

import java.time.Duration;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Publishes stamped records through a real producer with `acks=all`.
final class Publisher implements AutoCloseable {

	/// How many users there are who are not there.
	private static final int NOBODIES = 100_000;

	/// More than a producer has by default, which sends at once what fills it.
	private static final int BATCH_SIZE = 64 * 1024;

	private final KafkaProducer<byte[], byte[]> producer;

	private final String userTopic;

	private final String everyoneTopic;

	private final int valueSize;

	private final Published published;

	private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

	/// @param userTopic where records for one session each go
	/// @param linger how long the producer waits for more records to send them together
	Publisher(Target target, String userTopic, int valueSize, Published published, Duration linger) {
		this.userTopic = userTopic;
		this.everyoneTopic = target.everyoneTopic();
		this.valueSize = valueSize;
		this.published = published;
		this.producer = new KafkaProducer<>(
				Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrapServers(),
						ProducerConfig.LINGER_MS_CONFIG, (int) linger.toMillis(), ProducerConfig.ACKS_CONFIG, "all",
						ProducerConfig.BATCH_SIZE_CONFIG, BATCH_SIZE, ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000),
				new ByteArraySerializer(), new ByteArraySerializer());
		// Fetches what the first record would otherwise wait for.
		this.producer.partitionsFor(userTopic);
		this.producer.partitionsFor(this.everyoneTopic);
	}

	/// Publishes the next record for one session.
	/// @param intended when it was to be sent, as of [System#nanoTime()]
	void toSession(int session, long intended) {
		int sequence = this.published.take(session);
		send(this.userTopic, this.published.key(session), new Stamp(session, sequence, intended, System.nanoTime()),
				(metadata, ex) -> {
					fail(ex);
					if (ex == null) {
						this.published.at(session, sequence, metadata.partition(), metadata.offset());
					}
				});
	}

	/// Publishes the next record for every session.
	/// @return when, as of [System#nanoTime()]
	long toEveryone() {
		long now = System.nanoTime();
		send(this.everyoneTopic, null, new Stamp(Stamp.EVERYONE, this.published.takeForEveryone(), now, now),
				(metadata, ex) -> fail(ex));
		return now;
	}

	/// Publishes records for users who are not there.
	void toNobody(int count) {
		for (int i = 0; i < count; i++) {
			byte[] key = ("nobody-" + i % NOBODIES).getBytes(StandardCharsets.UTF_8);
			send(this.userTopic, key, new Stamp(Stamp.EVERYONE, i, 0, 0), (metadata, ex) -> fail(ex));
		}
	}

	private void send(String topic, byte @Nullable [] key, Stamp stamp, Callback done) {
		var _ = this.producer.send(new ProducerRecord<>(topic, key, stamp.value(this.valueSize)), done);
	}

	private void fail(@Nullable Exception ex) {
		if (ex != null) {
			this.failure.compareAndSet(null, ex);
		}
	}

	/// Waits until the log has all that was published.
	/// @throws LoadException if the broker has refused a record
	void flush() throws LoadException {
		this.producer.flush();
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
