package io.fanfare.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.fanfare.build.OptionalGroup;
import io.fanfare.dev.TestBroker;
import io.fanfare.flow.Gateway;
import io.fanfare.telemetry.FanfareMeter;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// What Prometheus reads after some traffic.
class PrometheusTests {

	private static final Duration WAIT = Duration.ofSeconds(10);

	private static final HttpClient client = HttpClient.newHttpClient();

	private static Gateway gateway;

	@TempDir
	Path directory;

	@BeforeAll
	static void makeTraffic() throws Exception {
		String deadLetters = "metrics-dead-letters-" + ProcessHandle.current().pid();
		TestBroker.shared().topics().create(deadLetters, 1);
		gateway = Gateway.start("fanfare.ingest.dead-letter-topic=" + deadLetters);
		WebSocket leaving = connect("alice");
		WebSocket.Builder withoutToken = client.newWebSocketBuilder();
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> withoutToken.buildAsync(gateway.uri(), new WebSocket.Listener() {
			}).get(WAIT.toSeconds(), TimeUnit.SECONDS));
		Awaitility.await().atMost(WAIT).until(() -> scrape().contains("fanfare_sessions 1.0"));
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", TestBroker.shared().bootstrapServers()), new StringSerializer(),
				new StringSerializer())) {
			for (String value : new String[] { "{\"n\":1}", "{\"n\":2}", "{no json" }) {
				producer.send(new ProducerRecord<>(gateway.topic("notifications"), "alice", value))
					.get(WAIT.toSeconds(), TimeUnit.SECONDS);
			}
		}
		Awaitility.await().atMost(WAIT).until(() -> scrape().contains("fanfare_deliveries_total 2.0"));
		leaving.sendText("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/client\",\"type\":\"unknown\"}", true)
			.thenCompose((socket) -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
			.get(WAIT.toSeconds(), TimeUnit.SECONDS);
		connect("bob");
		Awaitility.await()
			.atMost(WAIT)
			.untilAsserted(() -> assertThat(scrape().lines()).contains("fanfare_sessions 1.0",
					"fanfare_closes_total{code=\"peer\"} 1.0", "fanfare_deliveries_total 2.0"));
	}

	@AfterAll
	static void end() {
		gateway.close();
		client.shutdownNow();
	}

	@Test
	void countsWhatHappened() throws Exception {
		assertThat(scrape().lines()).contains("fanfare_upgrades_total{outcome=\"accepted\"} 2.0",
				"fanfare_upgrades_total{outcome=\"no-token\"} 1.0", "fanfare_closes_total{code=\"1012\"} 0.0",
				"fanfare_drops_total{reason=\"overflow\"} 0.0", "fanfare_delivery_latency_seconds_count 2",
				"fanfare_ingest_records_total{outcome=\"routed\"} 2.0",
				"fanfare_ingest_records_total{outcome=\"bad\"} 1.0",
				"fanfare_ingest_bad_records_total{reason=\"invalid-json\"} 1.0",
				"fanfare_client_messages_total{outcome=\"ignored\"} 1.0", "fanfare_ingest_topics_missing 0.0");
	}

	@Test
	void showsEveryMeterByItsDocumentedNameAndType() throws Exception {
		String scraped = scrape();

		assertThat(Arrays.stream(FanfareMeter.values()).map(MeterTable::prometheusName)).allSatisfy(
				(name) -> assertThat(scraped).containsPattern("(?m)^# TYPE " + name + " (counter|gauge|histogram)$"));
		assertThat(scraped).contains("fanfare_delivery_latency_seconds_bucket{le=\"0.025\"}",
				"fanfare_delivery_latency_seconds_bucket{le=\"0.25\"}");
	}

	@Test
	void passesPromtoolsCheck() throws Exception {
		OptionalGroup.needsCommand("promtool", "promtool check metrics");
		Path input = Files.writeString(this.directory.resolve("metrics"), scrape());
		Path output = this.directory.resolve("output");

		Process process = new ProcessBuilder("promtool", "check", "metrics").redirectInput(input.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();

		assertThat(process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		// 3 stands for remarks on names, of which other people's meters have some.
		assertThat(process.exitValue()).as(Files.readString(output)).isIn(0, 3);
		assertThat(Files.readString(output)
			.lines()
			.filter((line) -> line.startsWith("fanfare"))
			.collect(Collectors.toList())).isEmpty();
	}

	private static WebSocket connect(String user) throws Exception {
		return client.newWebSocketBuilder()
			.header("Authorization", "Bearer " + gateway.issuer().token(user))
			.buildAsync(gateway.uri(), new WebSocket.Listener() {
			})
			.get(WAIT.toSeconds(), TimeUnit.SECONDS);
	}

	private static String scrape() throws IOException, InterruptedException {
		HttpResponse<String> response = client.send(HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/actuator/prometheus"))
			.timeout(WAIT)
			.build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

}
