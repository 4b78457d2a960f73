package io.fanfare.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class KraftBrokerTests {

	@Test
	void keepsItsPortAndItsRecordsAcrossAnOutage() throws Exception {
		try (KraftBroker broker = KraftBroker.startOnFreePort()) {
			String address = broker.bootstrapServers();
			broker.topics().create("orders", 3, Map.of("retention.ms", "-1"));
			produce(broker, "orders", "before");

			broker.stop();
			assertThat(broker.isRunning()).isFalse();
			broker.start();
			produce(broker, "orders", "after");

			assertThat(broker.bootstrapServers()).isEqualTo(address);
			assertThat(consume(broker, "orders", 2)).containsExactly("before", "after");
		}
	}

	@Test
	void growsAndDeletesTopics() {
		try (KraftBroker broker = KraftBroker.startOnFreePort()) {
			broker.topics().create("orders", 1);

			broker.topics().extend("orders", 4);
			assertThat(partitions(broker, "orders")).isEqualTo(4);

			broker.topics().delete("orders");
			broker.topics().create("orders", 2);
			assertThat(partitions(broker, "orders")).isEqualTo(2);
		}
	}

	@Test
	void namesATakenPortAndThePropertyToChange() throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			int port = other.getLocalPort();

			assertThatExceptionOfType(PortTakenException.class)
				.isThrownBy(() -> KraftBroker.startOn(port, "fanfare.dev.broker-port"))
				.withMessageContaining("Port " + port)
				.withMessageContaining("fanfare.dev.broker-port");
		}
	}

	private static void produce(KraftBroker broker, String topic, String value) throws Exception {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "0"), new StringSerializer(),
				new StringSerializer())) {
			producer.send(new ProducerRecord<>(topic, "key", value)).get(10, TimeUnit.SECONDS);
		}
	}

	private static List<String> consume(KraftBroker broker, String topic, int count) {
		try (KafkaConsumer<String, String> consumer = consumer(broker)) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			List<String> values = new ArrayList<>();
			long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
			while (values.size() < count && System.nanoTime() < deadline) {
				for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
					values.add(record.value());
				}
			}
			return values;
		}
	}

	private static int partitions(KraftBroker broker, String topic) {
		try (KafkaConsumer<String, String> consumer = consumer(broker)) {
			return consumer.partitionsFor(topic).size();
		}
	}

	private static KafkaConsumer<String, String> consumer(KraftBroker broker) {
		return new KafkaConsumer<>(
				Map.of("bootstrap.servers", broker.bootstrapServers(), "allow.auto.create.topics", "false"),
				new StringDeserializer(), new StringDeserializer());
	}

}
