package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.fanfare.dev.LocalIssuer;
import io.fanfare.flow.RawClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// The answer table of `docs/protocol.md` §3, as far as one gateway can show it.
class AnswerTableTests {

	private static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

	private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol: ";

	private static Gateway gateway;

	@BeforeAll
	static void start() {
		gateway = Gateway.start("spring.security.oauth2.resourceserver.jwt.audiences=fanfare,other",
				"fanfare.auth.required-scope=notify", "fanfare.auth.clock-skew=2s", "fanfare.session.max-per-user=2");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusesABadToken(String name, String token, int status, String challenge, int closeCode) {
		try (RawClient client = connect()) {
			Answer answer = client.upgrade("Authorization: Bearer " + token);

			assertThat(answer.status()).isEqualTo(status);
			assertThat(answer.header("WWW-Authenticate")).isEqualTo(challenge);
			assertThat(answer.header("Retry-After")).isNull();
		}
		try (RawClient client = connect()) {
			Answer answer = client.upgrade(SUBPROTOCOL + "cloudevents.json, bearer." + token);

			assertThat(answer.status()).isEqualTo(101);
			assertThat(answer.header("Sec-WebSocket-Protocol")).isEqualTo("cloudevents.json");
			assertThat(client.readClose().code()).isEqualTo(closeCode);
		}
	}

	static Stream<Arguments> refusesABadToken() throws JOSEException {
		LocalIssuer issuer = gateway.issuer();
		JWK key = issuer.signingKey();
		JWK stranger = LocalIssuer.newKey(JWSAlgorithm.RS256);
		JWK unpublished = LocalIssuer.newKey(JWSAlgorithm.ES256);
		OctetSequenceKey publicKeyAsSecret = new OctetSequenceKey.Builder(key.toRSAKey().toRSAPublicKey().getEncoded())
			.keyID(key.getKeyID())
			.algorithm(JWSAlgorithm.HS256)
			.build();
		Instant now = Instant.now();
		String good = good("eve");
		return Stream.of(unauthorized("no JWT", "abc"),
				unauthorized("two parts", good.substring(0, good.lastIndexOf('.'))),
				unauthorized("another signature", good.substring(0, good.length() - 8) + "AAAAAAAA"),
				unauthorized("another payload", swapped(good)),
				unauthorized("no base64", good.replaceFirst("\\.", ".!")),
				unauthorized("expired", with("exp", now.minusSeconds(3))),
				unauthorized("not yet valid", with("nbf", now.plusSeconds(60))),
				unauthorized("another issuer", with("iss", "https://issuer.example")),
				unauthorized("no issuer", without("iss")), unauthorized("another audience", with("aud", "someone")),
				unauthorized("no audience", without("aud")), unauthorized("no expiry", without("exp")),
				unauthorized("issued after it expires", with("iat", now.plusSeconds(7 * 24 * 3600))),
				unauthorized("no claims", payload("[]")), unauthorized("no JSON", payload("{\"sub\":")),
				unauthorized("text as expiry", with("exp", "tomorrow")), unauthorized("no subject", without("sub")),
				unauthorized("empty subject", with("sub", "")), unauthorized("a number as subject", with("sub", 7)),
				unauthorized("a list as subject", with("sub", List.of("eve"))),
				unauthorized("half a surrogate pair as subject", halfAPair()),
				unauthorized("algorithm none", unsigned()),
				unauthorized("HS256 keyed with the public key", LocalIssuer.sign(claims("eve"), publicKeyAsSecret)),
				unauthorized("an unknown key", LocalIssuer.sign(claims("eve"), stranger)),
				unauthorized("an unknown key under a known id",
						LocalIssuer.sign(header(key, JOSEObjectType.JWT), claims("eve"), stranger)),
				unauthorized("an algorithm that is not allowed", LocalIssuer.sign(claims("eve"), unpublished)),
				unauthorized("another type",
						LocalIssuer.sign(header(key, new JOSEObjectType("logout+jwt")), claims("eve"), key)),
				unauthorized("over the size limit", with("note", "x".repeat(8 * 1024))),
				forbidden("no scope", without("scope")), forbidden("another scope", with("scope", "read notifyx")));
	}

	private static Arguments unauthorized(String name, String token) {
		return arguments(name, token, 401, INVALID_TOKEN, 4401);
	}

	private static Arguments forbidden(String name, String token) {
		return arguments(name, token, 403, "Bearer error=\"insufficient_scope\", scope=\"notify\"", 4403);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void acceptsAGoodToken(String name, String token) {
		try (RawClient client = connect()) {
			Answer answer = client.upgrade("Authorization: Bearer " + token);

			assertThat(answer.status()).isEqualTo(101);
			assertThat(answer.header("Sec-WebSocket-Protocol")).isNull();
			client.readEvent("io.fanfare.ready");
		}
	}

	static Stream<Arguments> acceptsAGoodToken() {
		JWK key = gateway.issuer().signingKey();
		Instant now = Instant.now();
		return Stream.of(arguments("the usual", good("amy")),
				arguments("RFC 9068", LocalIssuer.sign(header(key, new JOSEObjectType("at+jwt")), claims("bob"), key)),
				arguments("RFC 9068 in full",
						LocalIssuer.sign(header(key, new JOSEObjectType("application/at+jwt")), claims("ben"), key)),
				arguments("no type", LocalIssuer.sign(header(key, null), claims("cat"), key)),
				arguments("one audience of several", token("dan", "aud", List.of("someone", "fanfare"))),
				arguments("one scope of several", token("eli", "scope", "read notify")),
				arguments("scopes as a list", token("fay", "scope", List.of("read", "notify"))),
				arguments("expired within the skew", token("gus", "exp", now.minusMillis(500))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer", "bearer", "BEARER" })
	void readsTheSchemeInAnyCase(String scheme) {
		try (RawClient client = connect()) {
			assertThat(client.upgrade("Authorization: " + scheme + " " + good("hal" + scheme)).status()).isEqualTo(101);
		}
	}

	@Test
	void selectsTheOneSubprotocolWhateverTheOrderAndTheHeaderLines() {
		String entry = "bearer." + good("ida");
		List<List<String>> offers = List.of(List.of(SUBPROTOCOL + "cloudevents.json, " + entry),
				List.of(SUBPROTOCOL + entry + ", cloudevents.json"), List.of(SUBPROTOCOL + entry + ",cloudevents.json"),
				List.of(SUBPROTOCOL + "cloudevents.json", SUBPROTOCOL + entry),
				List.of(SUBPROTOCOL + entry, SUBPROTOCOL + "cloudevents.json"),
				List.of(SUBPROTOCOL + "mqtt", SUBPROTOCOL + entry + " , \tcloudevents.json , graphql-ws"));
		for (List<String> offer : offers) {
			try (RawClient client = connect()) {
				Answer answer = client.upgrade(offer.toArray(String[]::new));

				assertThat(answer.status()).isEqualTo(101);
				assertThat(answer.headers().get("sec-websocket-protocol")).containsExactly("cloudevents.json");
				client.readEvent("io.fanfare.ready");
				client.sendClose(1000);
				client.readClose();
			}
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void answersOverHttp(String name, int status, @Nullable String challenge, List<String> headerLines) {
		try (RawClient client = connect()) {
			Answer answer = client.upgrade(headerLines.toArray(String[]::new));

			assertThat(answer.status()).isEqualTo(status);
			assertThat(answer.header("WWW-Authenticate")).isEqualTo(challenge);
		}
	}

	static Stream<Arguments> answersOverHttp() {
		String header = "Authorization: Bearer " + good("jim");
		String entry = "bearer." + good("jim");
		String badEntry = "bearer.abc";
		String twoTokens = "Bearer error=\"invalid_request\"";
		return Stream.of(arguments("no token", 401, "Bearer", List.of()),
				arguments("no token beside the subprotocol", 401, "Bearer", List.of(SUBPROTOCOL + "cloudevents.json")),
				arguments("a scheme alone", 401, "Bearer", List.of("Authorization: Bearer ")),
				arguments("another scheme", 401, "Bearer", List.of("Authorization: Basic amltOg==")),
				arguments("header and entry", 400, twoTokens,
						List.of(header, SUBPROTOCOL + "cloudevents.json, " + entry)),
				arguments("two headers", 400, twoTokens, List.of(header, header)),
				arguments("two entries", 400, twoTokens,
						List.of(SUBPROTOCOL + "cloudevents.json, " + entry + ", " + entry)),
				arguments("an entry alone", 400, null, List.of(SUBPROTOCOL + entry)),
				arguments("a bad entry alone", 400, null, List.of(SUBPROTOCOL + badEntry)),
				arguments("other subprotocols alone", 400, null, List.of(header, SUBPROTOCOL + "mqtt, graphql-ws")),
				arguments("another page", 403, null, List.of(header, "Origin: https://evil.example")),
				arguments("another page with a browser's token", 403, null,
						List.of("Origin: https://evil.example", SUBPROTOCOL + "cloudevents.json, " + entry)),
				arguments("a page without an origin", 403, null, List.of(header, "Origin: null")),
				arguments("another port", 403, null, List.of(header, "Origin: http://127.0.0.1:1")),
				arguments("headers too large", 431, null, List.of(header, "X-Much: " + "x".repeat(16 * 1024))));
	}

	@Test
	void letsItsOwnPagesIn() {
		try (RawClient client = connect()) {
			Answer answer = client.upgrade("Authorization: Bearer " + good("kim"),
					"Origin: http://127.0.0.1:" + gateway.port());

			assertThat(answer.status()).isEqualTo(101);
		}
	}

	@Test
	void neverReadsATokenFromTheQuery() {
		for (String name : List.of("token", "access_token", "bearer")) {
			try (RawClient client = connect()) {
				Answer answer = client.upgradeAt("/v1/notifications?" + name + "=" + good("lea"));

				assertThat(answer.status()).isEqualTo(401);
				assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
			}
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusesWhatIsNoUpgrade(String name, String requestLine, int status, List<String> headerLines) {
		List<String> lines = new ArrayList<>(headerLines);
		lines.add("Authorization: Bearer " + good("max"));
		try (RawClient client = connect()) {
			assertThat(client.request(requestLine, lines).status()).isEqualTo(status);
		}
	}

	static Stream<Arguments> refusesWhatIsNoUpgrade() {
		String endpoint = "GET /v1/notifications";
		List<String> handshake = handshake("13", "dGhlIHNhbXBsZSBub25jZQ==");
		List<String> post = new ArrayList<>(handshake);
		post.add("Content-Length: 0");
		return Stream.of(arguments("a plain GET", endpoint, 426, List.of()),
				arguments("version 8", endpoint, 426, handshake("8", "dGhlIHNhbXBsZSBub25jZQ==")),
				arguments("no version", endpoint, 426, handshake.subList(0, 2)),
				arguments("another upgrade", endpoint, 426, List.of("Connection: Upgrade", "Upgrade: h2c")),
				arguments("a short key", endpoint, 400, handshake("13", "dGhl")),
				arguments("a key that is no base64", endpoint, 400, handshake("13", "!")),
				arguments("no key", endpoint, 400, handshake.subList(0, 3)),
				arguments("POST", "POST /v1/notifications", 405, post),
				arguments("another path", "GET /v1/notification", 404, handshake),
				arguments("a path parameter", "GET /v1/notifications;x=y", 400, handshake),
				arguments("an empty segment", "GET //v1/notifications", 400, handshake),
				arguments("a slash in disguise", "GET /v1%2Fnotifications", 400, handshake),
				arguments("a slash at the end", "GET /v1/notifications/", 404, handshake),
				arguments("another case", "GET /V1/notifications", 404, handshake),
				arguments("the root", "GET /", 404, List.of()),
				arguments("a path below", "GET /v1/notifications/more", 404, handshake),
				arguments("health on the public port", "GET /actuator/health", 404, List.of()),
				arguments("a long request line", endpoint + "?cursor=" + "A".repeat(17 * 1024), 414, handshake));
	}

	@Test
	void upgradesNobodyOnTheManagementPort() {
		try (RawClient client = RawClient.connect(gateway.managementPort())) {
			assertThat(client.upgrade("Authorization: Bearer " + good("mia")).status()).isEqualTo(404);
		}
	}

	@Test
	void looksAtACursorHoweverLongTheRequestLineBecomes() {
		try (RawClient client = connect()) {
			Answer answer = client.upgradeAt("/v1/notifications?cursor=" + "A".repeat(8 * 1024),
					"Authorization: Bearer " + good("ned"));

			assertThat(answer.status()).isEqualTo(400);
		}
	}

	@Test
	void saysWhichVersionAnUpgradeNeeds() {
		try (RawClient client = connect()) {
			Answer answer = client.request("GET /v1/notifications", List.of());

			assertThat(answer.header("Sec-WebSocket-Version")).isEqualTo("13");
			assertThat(answer.header("Upgrade")).isEqualTo("websocket");
		}
	}

	@Test
	void refusesTheSessionBeyondTheUsersLimit() {
		String token = good("ola");
		try (RawClient first = connect(); RawClient second = connect()) {
			assertThat(first.upgrade("Authorization: Bearer " + token).status()).isEqualTo(101);
			assertThat(second.upgrade("Authorization: Bearer " + token).status()).isEqualTo(101);

			try (RawClient third = connect()) {
				Answer answer = third.upgrade("Authorization: Bearer " + token);

				assertThat(answer.status()).isEqualTo(429);
				assertThat(answer.header("Retry-After")).isEqualTo("5");
			}
			try (RawClient third = connect()) {
				assertThat(third.upgrade(SUBPROTOCOL + "cloudevents.json, bearer." + token).status()).isEqualTo(101);
				assertThat(third.readClose()).isEqualTo(new Close(4429, "retryAfterMs=5000"));
			}
		}
	}

	private static RawClient connect() {
		return RawClient.connect(gateway.port());
	}

	private static List<String> handshake(String version, String key) {
		return List.of("Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: " + version,
				"Sec-WebSocket-Key: " + key);
	}

	private static JWSHeader header(JWK key, @Nullable JOSEObjectType type) {
		return new JWSHeader.Builder(JWSAlgorithm.RS256).type(type).keyID(key.getKeyID()).build();
	}

	private static Map<String, Object> claims(String user) {
		Map<String, Object> claims = new LinkedHashMap<>(gateway.issuer().claims(user));
		claims.put("aud", "fanfare");
		claims.put("scope", "notify");
		claims.put("iat", Instant.now().minusSeconds(60));
		return claims;
	}

	private static String good(String user) {
		return gateway.issuer().sign(claims(user));
	}

	private static String token(String user, String claim, Object value) {
		Map<String, Object> claims = claims(user);
		claims.put(claim, value);
		return gateway.issuer().sign(claims);
	}

	private static String with(String claim, Object value) {
		return token("eve", claim, value);
	}

	private static String without(String claim) {
		Map<String, Object> claims = claims("eve");
		claims.remove(claim);
		return gateway.issuer().sign(claims);
	}

	/// A good token's header and signature around another user's claims.
	private static String swapped(String good) {
		String[] parts = good.split("\\.", -1);
		return parts[0] + "." + good("mallory").split("\\.", -1)[1] + "." + parts[2];
	}

	private static String unsigned() {
		return encode("{\"alg\":\"none\"}") + "." + encode(JSONObjectUtils.toJSONString(seconds(claims("eve")))) + ".";
	}

	/// Encoders cannot write half a pair, but a JSON escape can name it.
	private static String halfAPair() throws JOSEException {
		return payload(JSONObjectUtils.toJSONString(seconds(claims("PLACE"))).replace("PLACE", "a\\ud83d"));
	}

	/// A good signature of anything.
	private static String payload(String payload) throws JOSEException {
		JWK key = gateway.issuer().signingKey();
		JWSObject token = new JWSObject(header(key, JOSEObjectType.JWT), new Payload(payload));
		token.sign(new RSASSASigner(key.toRSAKey()));
		return token.serialize();
	}

	private static Map<String, Object> seconds(Map<String, Object> claims) {
		claims.replaceAll(
				(name, value) -> (value instanceof Instant instant) ? (Object) instant.getEpochSecond() : value);
		return claims;
	}

	private static String encode(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
