package io.fanfare.flow;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.fanfare.dev.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/// One plain record to one socket.
class MainFlowTests {

	@Test
	void deliversAPlainRecordToTheUserItsKeyNames() throws Exception {
		try (Gateway gateway = Gateway.start(); HttpClient client = HttpClient.newHttpClient()) {
			BlockingQueue<String> received = new LinkedBlockingQueue<>();
			WebSocket socket = client.newWebSocketBuilder()
				.header("Authorization", "Bearer " + gateway.issuer().token("alice"))
				.subprotocols("cloudevents.json")
				.buildAsync(gateway.uri(), new WebSocket.Listener() {
					@Override
					public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
						received.add(data.toString());
						from.request(1);
						return null;
					}
				})
				.get(10, TimeUnit.SECONDS);
			assertThat(received.poll(10, TimeUnit.SECONDS)).contains("io.fanfare.ready");

			try (KafkaProducer<String, String> producer = new KafkaProducer<>(
					Map.of("bootstrap.servers", TestBroker.shared().bootstrapServers()), new StringSerializer(),
					new StringSerializer())) {
				var _ = producer.send(new ProducerRecord<>(gateway.topic("notifications"), "bob", "{\"for\":\"bob\"}"));
				producer.send(new ProducerRecord<>(gateway.topic("notifications"), "alice", "{\"for\":\"alice\"}"))
					.get(10, TimeUnit.SECONDS);
			}

			assertThat(received.poll(10, TimeUnit.SECONDS)).contains("\"data\":{\"for\":\"alice\"}");
			assertThat(received.poll(Duration.ofMillis(300).toMillis(), TimeUnit.MILLISECONDS)).isNull();
			socket.abort();
		}
	}

}
