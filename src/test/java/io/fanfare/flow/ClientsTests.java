package io.fanfare.flow;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.fanfare.dev.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/// The tests' own clients, and with them that two independent libraries understand the
/// gateway.
class ClientsTests {

	private static Gateway gateway;

	private static Backend backend;

	@BeforeAll
	static void start() {
		gateway = Gateway.start();
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void stop() {
		backend.close();
		gateway.close();
	}

	@Test
	void everyLibraryGetsTheSameNotificationWithEitherTokenTransport() {
		String token = gateway.issuer().token("ann");
		try (SocketClient jdk = TestClient.open(gateway.uri(), token);
				SocketClient reactor = ReactorClient.open(gateway.uri(), token);
				SocketClient jdkBrowser = TestClient.connect(gateway.uri(), "cloudevents.json", "bearer." + token);
				SocketClient reactorBrowser = ReactorClient.connect(gateway.uri(), "bearer." + token,
						"cloudevents.json")) {
			jdkBrowser.inbox().next("io.fanfare.ready");
			reactorBrowser.inbox().next("io.fanfare.ready");

			backend.publish("notifications", "ann", "{\"n\":1}");
			backend.flush();

			for (SocketClient client : List.of(jdk, reactor, jdkBrowser, reactorBrowser)) {
				assertThat(client.subprotocol()).isEqualTo("cloudevents.json");
				Event event = client.inbox().nextNotification();
				assertThat(event.data()).isEqualTo("{\"n\":1}");
				assertThat(event.type()).isEqualTo("com.example.notifications");
				assertThat(event.source()).isEqualTo("/kafka/" + gateway.topic("notifications"));
			}
		}
	}

	@Test
	void aClientsCloseIsAnsweredWithItsCode() {
		for (SocketClient client : List.of(TestClient.open(gateway, "ben"),
				ReactorClient.open(gateway.uri(), gateway.issuer().token("ben")))) {
			client.sendClose(1000, "bye");

			assertThat(client.inbox().awaitClose().code()).isEqualTo(1000);
			client.close();
		}
	}

	@Test
	void theRawClientReadsWhatTheOthersRead() {
		try (RawClient client = RawClient.open(gateway, "cy")) {
			backend.publish("notifications", "cy", "{\"n\":2}");
			backend.flush();

			assertThat(client.readEvent("com.example.notifications").data()).isEqualTo("{\"n\":2}");

			client.sendClose(1000);

			assertThat(client.readClose().code()).isEqualTo(1000);
			assertThat(client.isAtEnd()).isTrue();
		}
	}

}
