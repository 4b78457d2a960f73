package io.fanfare.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import com.nimbusds.jose.JWSAlgorithm;
import io.fanfare.dev.LocalIssuer;
import io.fanfare.dev.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// A client that brings a fresh token within its session.
class TokenRefreshTests {

	private static Gateway gateway;

	private static Backend backend;

	@BeforeAll
	static void start() {
		gateway = Gateway.start("fanfare.auth.clock-skew=0s", "fanfare.socket.token-notice=10s");
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void stop() {
		backend.close();
		gateway.close();
	}

	@Test
	void livesOnBeyondTheFirstTokenWithTheAddressesOfTheSecond() {
		long expiry = Instant.now().plusSeconds(8).getEpochSecond();
		try (TestClient client = TestClient.open(gateway.uri(),
				gateway.issuer().token("ann", Map.of("exp", expiry, "tenant", "acme")))) {
			Event expiring = client.inbox().next("io.fanfare.token-expiring");
			assertThat(expiring.data()).isEqualTo("{\"expiresAt\":\"" + Instant.ofEpochSecond(expiry) + "\"}");

			client.send(token(gateway.issuer().token("ann", Map.of("exp", expiry + 600, "tenant", "globex"))));

			Event accepted = client.inbox().next("io.fanfare.token-accepted");
			assertThat(accepted.data()).isEqualTo("{\"expiresAt\":\"" + Instant.ofEpochSecond(expiry + 600) + "\"}");
			backend.publish("tenants", "acme", "1");
			backend.flush();
			backend.publish("tenants", "globex", "2");
			backend.flush();
			assertThat(client.inbox().nextNotification().data()).isEqualTo("2");
			Awaitility.await().atMost(Inbox.PATIENCE).until(() -> Instant.now().getEpochSecond() > expiry + 1);
			backend.publish("notifications", "ann", "3");
			backend.flush();
			assertThat(client.inbox().nextNotification().data()).isEqualTo("3");
		}
	}

	@Test
	void endsWithTheFirstTokenWhereNoneFollows() {
		long expiry = Instant.now().plusSeconds(2).getEpochSecond();
		try (TestClient client = TestClient.open(gateway.uri(), gateway.issuer().token("bea", Map.of("exp", expiry)))) {
			client.inbox().next("io.fanfare.token-expiring");

			assertThat(client.inbox().awaitClose().code()).isEqualTo(4401);
		}
	}

	@Test
	void endsASessionThatBringsABadToken() {
		assertThat(closeAfter("cid", token("garbage"))).isEqualTo(4401);
		assertThat(closeAfter("cid", "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/client\","
				+ "\"type\":\"io.fanfare.token\",\"data\":{}}"))
			.isEqualTo(4401);
	}

	@Test
	void endsASessionThatBringsAnotherUsersToken() {
		assertThat(closeAfter("dan", token(gateway.issuer().token("eve")))).isEqualTo(4403);
	}

	@Test
	void endsASessionThatBringsAnotherTokenWhileOneIsJudged() {
		String ofUnknownKey = LocalIssuer.sign(gateway.issuer().claims("fay"), LocalIssuer.newKey(JWSAlgorithm.RS256));
		gateway.issuer().latency(Duration.ofSeconds(1));
		try (TestClient client = TestClient.open(gateway, "fay")) {
			client.send(token(ofUnknownKey));
			client.send(token(gateway.issuer().token("fay")));

			assertThat(client.inbox().awaitClose().code()).isEqualTo(4429);
		}
		finally {
			gateway.issuer().latency(Duration.ZERO);
		}
	}

	private static int closeAfter(String user, String frame) {
		try (TestClient client = TestClient.open(gateway, user)) {
			client.send(frame);
			return client.inbox().awaitClose().code();
		}
	}

	private static String token(String token) {
		return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/client\",\"type\":\"io.fanfare.token\","
				+ "\"data\":{\"token\":\"" + token + "\"}}";
	}

}
