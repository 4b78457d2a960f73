package io.fanfare.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.fanfare.dev.KraftBroker;
import io.fanfare.dev.Ports;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// Each of the gateway's Kafka clients, at a broker that takes them by SASL over TLS alone, with
/// a certificate that an SSL bundle names.
class SecuredKafkaTests {

	private static final String PASSWORD = "changeit";

	private static final String DEAD_LETTERS = "dead-letters";

	private static final String[] TOPICS = { "notifications", "tenants", "groups", "headers", "announcements" };

	@TempDir
	Path directory;

	@Test
	void readsAndWritesThroughSaslOverTls() throws Exception {
		Path keys = this.directory.resolve("broker.p12");
		Path certificate = this.directory.resolve("broker.pem");
		keytool(keys, "-genkeypair", "-alias", "broker", "-keyalg", "RSA", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost");
		keytool(keys, "-exportcert", "-alias", "broker", "-rfc", "-file", certificate.toString());
		int port = Ports.free();
		Map<String, String> listener = Map.of("ssl.keystore.location", keys.toString(), "ssl.keystore.password",
				PASSWORD, "ssl.keystore.type", "PKCS12", "sasl.enabled.mechanisms", "PLAIN", "plain.sasl.jaas.config",
				"org.apache.kafka.common.security.plain.PlainLoginModule required user_fanfare=\"secret\";");
		try (KraftBroker broker = KraftBroker.startSecured(port, listener);
				Gateway gateway = Gateway.startOn("localhost:" + port, new Class<?>[0],
						"spring.ssl.bundle.pem.kafka.truststore.certificate=file:" + certificate,
						"spring.kafka.ssl.bundle=kafka", "spring.kafka.security.protocol=SASL_SSL",
						"spring.kafka.properties.sasl.mechanism=PLAIN",
						"spring.kafka.properties.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule"
								+ " required username=\"fanfare\" password=\"secret\";",
						"fanfare.ingest.dead-letter-topic=" + DEAD_LETTERS)) {
			for (String topic : TOPICS) {
				broker.topics().create(gateway.topic(topic), 1);
			}
			broker.topics().create(DEAD_LETTERS, 1);
			gateway.awaitReady();
			try (TestClient alice = TestClient.open(gateway, "alice");
					Records records = Records.to(broker.bootstrapServers())) {
				records.write(gateway.topic("notifications"), "alice", "{");
				records.write(gateway.topic("notifications"), "alice", "1");

				assertThat(alice.inbox().nextNotification().data()).isEqualTo("1");
			}
			assertThat(deadLetter(broker)).isEqualTo("{");
		}
	}

	private static String deadLetter(KraftBroker broker) {
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
				new StringDeserializer(), new StringDeserializer())) {
			consumer.assign(List.of(new TopicPartition(DEAD_LETTERS, 0)));
			return Awaitility.await()
				.atMost(Inbox.PATIENCE)
				.until(() -> consumer.poll(Duration.ofMillis(100)), (polled) -> !polled.isEmpty())
				.iterator()
				.next()
				.value();
		}
	}

	private static void keytool(Path keys, String... command) throws IOException, InterruptedException {
		ProcessBuilder builder = new ProcessBuilder(
				Path.of(System.getProperty("java.home"), "bin", "keytool").toString())
			.inheritIO();
		builder.command().addAll(List.of(command));
		builder.command().addAll(List.of("-keystore", keys.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
		Process process = builder.start();
		try {
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

}
