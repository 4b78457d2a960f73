package io.fanfare.dev;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(90)
class DevPublishTests {

	private static final String TOPIC = "dev-publish-tests";

	private final TestBroker broker = TestBroker.shared();

	private final DevPublish publish = new DevPublish(this.broker.bootstrapServers());

	private final DisposableServer server = HttpServer.create()
		.host("127.0.0.1")
		.port(0)
		.handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(this.publish.route())))
		.bindNow(Duration.ofSeconds(10));

	private final HttpClient http = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.http.close();
		this.server.disposeNow(Duration.ofSeconds(10));
		this.publish.close();
	}

	@Test
	void writesTheBodyUnderTheKeyWithItsContentType() throws Exception {
		this.broker.topics().create(TOPIC, 1);

		HttpResponse<String> answer = post(TOPIC + "?key=z%C3%B6e", "Content-Type", "application/cloudevents+json");

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).contains("\"topic\":\"" + TOPIC + "\"", "\"partition\":0", "\"offset\":");
		ConsumerRecord<String, String> record = lastRecord();
		assertThat(record.key()).isEqualTo("zöe");
		assertThat(record.value()).isEqualTo("{}");
		assertThat(new String(record.headers().lastHeader("content-type").value(), StandardCharsets.UTF_8))
			.isEqualTo("application/cloudevents+json");
	}

	@Test
	void leavesOutTheContentTypeThatCurlSendsUnasked() throws Exception {
		this.broker.topics().create(TOPIC, 1);

		HttpResponse<String> answer = post(TOPIC, "Content-Type", "application/x-www-form-urlencoded");

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(lastRecord().key()).isNull();
		assertThat(lastRecord().headers()).isEmpty();
	}

	@Test
	void servesItsOwnPageAndNoOther() throws Exception {
		this.broker.topics().create(TOPIC, 1);

		assertThat(post(TOPIC, "Origin", "http://localhost:" + this.server.port()).statusCode()).isEqualTo(200);
		assertThat(post(TOPIC, "Origin", "http://localhost:1").statusCode()).isEqualTo(403);
		assertThat(post(TOPIC, "Origin", "http://fanfare.example").statusCode()).isEqualTo(403);
	}

	@Test
	void saysThatThereIsNoSuchTopic() throws Exception {
		HttpResponse<String> answer = post("dev-publish-tests-none", "Accept", "application/json");

		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("There is no topic dev-publish-tests-none");
	}

	private HttpResponse<String> post(String target, String header, String value) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.server.port() + "/dev/publish/" + target))
			.setHeader(header, value)
			.POST(HttpRequest.BodyPublishers.ofString("{}"))
			.build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private ConsumerRecord<String, String> lastRecord() {
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", this.broker.bootstrapServers()), new StringDeserializer(),
				new StringDeserializer())) {
			TopicPartition partition = new TopicPartition(TOPIC, 0);
			consumer.assign(List.of(partition));
			Long end = consumer.endOffsets(List.of(partition)).get(partition);
			consumer.seek(partition, (end != null) ? end - 1 : 0);
			return consumer.poll(Duration.ofSeconds(10)).iterator().next();
		}
	}

}
