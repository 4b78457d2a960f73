package io.fanfare.dev;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(90)
class TestBrokerTests {

	@Test
	void isOneBrokerForAllThatTakesRecords() throws Exception {
		TestBroker broker = TestBroker.shared();
		broker.topics().create("test-broker-tests", 2);

		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "0"), new StringSerializer(),
				new StringSerializer())) {
			RecordMetadata written = producer.send(new ProducerRecord<>("test-broker-tests", 1, "key", "value"))
				.get(10, TimeUnit.SECONDS);

			assertThat(written.offset()).isZero();
		}
		assertThat(TestBroker.shared()).isSameAs(broker);
	}

}
