package io.fanfare.flow;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.netty.util.concurrent.EventExecutor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.http.client.ReactorResourceFactory;

import io.fanfare.dev.LocalIssuer;
import io.fanfare.dev.LocalIssuer.Outage;
import io.fanfare.flow.RawClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/// The rows of the answer table of `docs/protocol.md` §3 that need a gateway in a certain state
/// or with certain settings.
class OtherAnswersTests {

	private static final Close TRY_LATER = new Close(1013, "retryAfterMs=5000");

	@Test
	void refusesEverybodyUntilTheTopicsHaveBeenSeen() {
		try (Gateway gateway = Gateway.startOn("127.0.0.1:1", new Class<?>[0])) {
			String token = gateway.issuer().token("ann");

			assertUnavailable(gateway, token);
			try (RawClient client = RawClient.connect(gateway.port())) {
				assertThat(client.upgrade().status()).isEqualTo(401);
			}
		}
	}

	@Test
	void tellsAnIssuerOutOfReachFromABadToken() {
		try (Gateway gateway = Gateway.start()) {
			String token = gateway.issuer().token("ben");
			gateway.issuer().outage(Outage.DROPPED);
			assertUnavailable(gateway, token);
			gateway.issuer().outage(Outage.UNAVAILABLE);
			for (int i = 0; i < 3; i++) {
				assertUnavailable(gateway, token);
			}

			gateway.issuer().outage(Outage.NONE);

			assertRecovers(gateway, token);
			gateway.issuer().outage(Outage.UNAVAILABLE);
			assertThat(status(gateway, gateway.issuer().token("cat"))).isEqualTo(101);
		}
	}

	@Test
	void letsNobodyWaitInLineForAnIssuerThatDoesNotAnswer() throws Exception {
		try (Gateway gateway = Gateway.start(); ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
			String token = gateway.issuer().token("jan");
			gateway.issuer().latency(Inbox.PATIENCE);

			List<Future<Integer>> answers = clients.invokeAll(Collections.nCopies(20, () -> status(gateway, token)));

			assertThat(answers).extracting(Future::resultNow).containsOnly(503);
			gateway.issuer().latency(Duration.ZERO);
			assertRecovers(gateway, token);
		}
	}

	@Test
	void takesOneAlgorithmForAPublicKey(@TempDir Path directory) throws Exception {
		try (LocalIssuer issuer = LocalIssuer.startOnFreePort()) {
			String file = publicKeyFile(issuer, directory);

			assertThatException()
				.isThrownBy(
						() -> Gateway
							.start("spring.security.oauth2.resourceserver.jwt.public-key-location=" + file,
									"spring.security.oauth2.resourceserver.jwt.jws-algorithms=RS256,PS256")
							.close())
				.withStackTraceContaining("exactly one of jws-algorithms");
		}
	}

	@Test
	void takesKeysFromAKeySet() {
		try (LocalIssuer keys = LocalIssuer.startOnFreePort();
				Gateway gateway = Gateway.start(
						"spring.security.oauth2.resourceserver.jwt.jwk-set-uri=" + keys.jwkSetUri(),
						"spring.security.oauth2.resourceserver.jwt.issuer-uri=" + keys.issuerUri())) {
			keys.outage(Outage.UNAVAILABLE);
			for (int i = 0; i < 4; i++) {
				assertUnavailable(gateway, keys.token("dan"));
			}
			keys.outage(Outage.NONE);

			assertRecovers(gateway, keys.token("dan"));
			assertThat(status(gateway, gateway.issuer().token("dan"))).isEqualTo(401);
		}
	}

	@Test
	void takesAPublicKeyFromAFile(@TempDir Path directory) throws Exception {
		try (LocalIssuer issuer = LocalIssuer.startOnFreePort()) {
			String file = publicKeyFile(issuer, directory);
			try (Gateway gateway = Gateway.start(
					"spring.security.oauth2.resourceserver.jwt.public-key-location=" + file,
					"spring.security.oauth2.resourceserver.jwt.issuer-uri=" + issuer.issuerUri())) {
				issuer.outage(Outage.DROPPED);

				assertThat(status(gateway, issuer.token("eva"))).isEqualTo(101);
				assertThat(status(gateway, gateway.issuer().token("eva"))).isEqualTo(401);
			}
		}
	}

	@Test
	void displacesTheOldestSessionWhereSoConfigured() {
		try (Gateway gateway = Gateway.start("fanfare.session.max-per-user=2",
				"fanfare.session.user-limit-policy=displace", "fanfare.session.max-sessions=3")) {
			try (TestClient first = TestClient.open(gateway, "fay");
					TestClient second = TestClient.open(gateway, "fay");
					TestClient third = TestClient.open(gateway, "fay")) {
				assertThat(first.inbox().awaitClose()).isEqualTo(new Close(4409, "displaced by a newer session"));
				assertThat(second.inbox().isClosed()).isFalse();

				try (TestClient other = TestClient.open(gateway, "gus")) {
					assertUnavailable(gateway, gateway.issuer().token("hal"));
					assertThat(other.inbox().isClosed()).isFalse();
				}
				assertThat(third.inbox().isClosed()).isFalse();
			}
			Awaitility.await().atMost(Inbox.PATIENCE).until(() -> gateway.sessions().size() == 0);
			TestClient.open(gateway, "hal").close();
		}
	}

	@Test
	void letsListedPagesInAndLimitsFloods() {
		try (Gateway gateway = Gateway.start("fanfare.auth.allowed-origins=https://app.example.com,http://localhost:*",
				"fanfare.socket.max-upgrades-per-address=20")) {
			String token = "Authorization: Bearer " + gateway.issuer().token("ida");

			for (String origin : List.of("https://app.example.com", "http://localhost:5173", "http://localhost")) {
				assertThat(answer(gateway, token, "Origin: " + origin).status()).as(origin).isEqualTo(101);
			}
			for (String origin : List.of("http://127.0.0.1:" + gateway.port(), "https://app.example.com.evil.example",
					"http://app.example.com", "http://localhost:1.evil.example", "null")) {
				assertThat(answer(gateway, token, "Origin: " + origin).status()).as(origin).isEqualTo(403);
			}

			Awaitility.await().atMost(Inbox.PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
				Answer answer = answer(gateway);
				return answer.status() == 429 && "1".equals(answer.header("Retry-After"));
			});
		}
	}

	/// A proxy's headers are believed here, and they can be of anybody.
	@Test
	void answersARequestWhoseForwardedPrefixIsNone() {
		try (Gateway gateway = Gateway.start("server.forward-headers-strategy=native")) {
			for (String prefix : List.of("/x?", "/x#", "/v1/notifications?", "/v1/notifications#")) {
				Answer answer = answer(gateway, "X-Forwarded-Prefix: " + prefix);

				assertThat(answer.status()).as(prefix).isBetween(400, 599);
			}
			try (TestClient client = TestClient.open(gateway, "joe")) {
				assertThat(client.inbox().isClosed()).isFalse();
			}
		}
	}

	@Test
	void takesAProxysHeadersWhereTheFrameworkReadsThem() {
		try (Gateway gateway = Gateway.start("server.forward-headers-strategy=framework")) {
			String token = "Authorization: Bearer " + gateway.issuer().token("lea");
			String origin = "Origin: https://app.example.com";

			assertThat(answer(gateway, token, origin).status()).isEqualTo(403);
			assertThat(answer(gateway, token, origin, "X-Forwarded-Proto: https", "X-Forwarded-Host: app.example.com")
				.status()).isEqualTo(101);
			for (String header : List.of("X-Forwarded-Port: none", "X-Forwarded-Proto: ,", "Forwarded: ,")) {
				assertThat(answer(gateway, token, header).status()).as(header).isEqualTo(400);
			}
		}
	}

	@Test
	void refusesWhoComesWhileTooManyWaitForTheirTurn() throws Exception {
		try (Gateway gateway = Gateway.start("fanfare.socket.max-waiting-upgrades=1")) {
			String token = "Authorization: Bearer " + gateway.issuer().token("kim");
			assertThat(answer(gateway, token).status()).isEqualTo(101);
			// More than there are event loops, and each of them on one.
			List<RawClient> clients = Stream.generate(() -> RawClient.connect(gateway.port())).limit(12).toList();
			clients.forEach((client) -> client.request("GET /v1/notifications", List.of()));
			CountDownLatch busy = new CountDownLatch(1);
			for (EventExecutor eventLoop : gateway.bean(ReactorResourceFactory.class)
				.getLoopResources()
				.onServer(true)) {
				eventLoop.execute(() -> await(busy));
			}

			clients.forEach((client) -> client.sendUpgrade(token));
			busy.countDown();

			List<Answer> answers = clients.stream().map(RawClient::readAnswer).toList();
			assertThat(answers).extracting(Answer::status).contains(101, 503).containsOnly(101, 503);
			assertThat(answers).filteredOn((answer) -> answer.status() == 503)
				.extracting((answer) -> answer.header("Retry-After"))
				.containsOnly("5");
			clients.forEach(RawClient::close);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String publicKeyFile(LocalIssuer issuer, Path directory) throws Exception {
		byte[] key = issuer.signingKey().toRSAKey().toRSAPublicKey().getEncoded();
		Path file = Files.writeString(directory.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n"
				+ Base64.getMimeEncoder().encodeToString(key) + "\n-----END PUBLIC KEY-----\n");
		return "file:" + file;
	}

	private static void assertUnavailable(Gateway gateway, String token) {
		Answer answer = answer(gateway, "Authorization: Bearer " + token);
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.header("Retry-After")).isEqualTo("5");
		assertThat(answer.header("WWW-Authenticate")).isNull();
		try (RawClient client = RawClient.connect(gateway.port())) {
			assertThat(client.upgrade("Sec-WebSocket-Protocol: bearer." + token + ", cloudevents.json").status())
				.isEqualTo(101);
			assertThat(client.readClose()).isEqualTo(TRY_LATER);
		}
	}

	private static void assertRecovers(Gateway gateway, String token) {
		Awaitility.await().atMost(Inbox.PATIENCE).until(() -> {
			int status = status(gateway, token);
			assertThat(status).isIn(101, 503);
			return status == 101;
		});
	}

	private static int status(Gateway gateway, String token) {
		return answer(gateway, "Authorization: Bearer " + token).status();
	}

	private static Answer answer(Gateway gateway, String... headerLines) {
		try (RawClient client = RawClient.connect(gateway.port())) {
			return client.upgrade(headerLines);
		}
	}

}
