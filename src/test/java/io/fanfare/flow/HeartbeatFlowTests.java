package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Pings, heartbeats and the ends that the clock brings.
class HeartbeatFlowTests {

	private static Gateway gateway;

	@BeforeAll
	static void start() {
		gateway = Gateway.start("fanfare.socket.heartbeat-interval=300ms", "fanfare.socket.pong-timeout=900ms",
				"fanfare.socket.close-timeout=500ms", "fanfare.auth.clock-skew=1s");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void pingsAndBeatsAtEachInterval() {
		try (TestClient client = TestClient.open(gateway, "ann")) {
			for (int i = 0; i < 4; i++) {
				Event heartbeat = client.inbox().next();
				assertThat(heartbeat.type()).isEqualTo("io.fanfare.heartbeat");
				assertThat(heartbeat.data()).matches("\\{\"ingestLagMs\":\\d+}");
			}

			assertThat(client.inbox().pings()).isGreaterThanOrEqualTo(4);
			assertThat(client.inbox().isClosed()).isFalse();
		}
	}

	@Test
	void cutsOffAClientThatAnswersNoPing() {
		try (RawClient client = RawClient.open(gateway, "ben")) {
			assertThat(client.readClose()).isEqualTo(new Close(4408, "no pong in time"));
			assertThat(client.isAtEnd()).isTrue();
		}
		assertThat(gateway.bean(MeterRegistry.class).get("fanfare.closes").tag("code", "4408").counter().count())
			.isPositive();
	}

	@Test
	void takesAnyFrameForLife() {
		byte[] event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/c\",\"type\":\"t\"}"
			.getBytes(StandardCharsets.UTF_8);
		try (RawClient pings = RawClient.open(gateway, "cat"); RawClient events = RawClient.open(gateway, "dan")) {
			for (int i = 0; i < 12; i++) {
				assertThat(pings.readEvent("io.fanfare.heartbeat")).isNotNull();
				pings.send(RawClient.FIN | RawClient.PING, new byte[0]);
				assertThat(events.readEvent("io.fanfare.heartbeat")).isNotNull();
				events.send(RawClient.FIN | RawClient.TEXT, event);
			}
		}
	}

	@Test
	void sendsNothingAfterItsCloseFrame() {
		try (RawClient client = RawClient.open(gateway, "eva")) {
			client.send(RawClient.FIN | RawClient.BINARY, new byte[1]);
			assertThat(client.readClose().code()).isEqualTo(1003);

			// The close is not answered, so the connection stays for the close timeout,
			// longer than a heartbeat.
			assertThat(client.isAtEnd()).isTrue();
		}
	}

	@Test
	void endsASessionWhenItsTokenDoes() {
		Instant expiry = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 1);
		String token = gateway.issuer().token("fay", Map.of("exp", expiry, "iat", expiry.minusSeconds(60)));
		try (TestClient client = TestClient.open(gateway.uri(), token)) {
			assertThat(client.inbox().awaitClose()).isEqualTo(new Close(4401, "invalid token"));

			// Never later than exp plus skew, at most one look at the clock earlier; the
			// rest is this machine's.
			assertThat(Instant.now()).isAfter(expiry.plusMillis(700));
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(
					gateway.bean(MeterRegistry.class).get("fanfare.closes").tag("code", "4401").counter().count())
				.isEqualTo(1));
	}

}
