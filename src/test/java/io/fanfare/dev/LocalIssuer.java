package io.fanfare.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/// An OAuth 2.0 issuer for development and tests: OIDC discovery, a key set, and a token
/// endpoint that believes every user name.
///
/// Listens on loopback alone. Pages from any localhost origin may call it (CORS). Tests
/// mint tokens directly, rotate and withdraw keys, and make it slow or unreachable.
/// Threads: every method may be called from any; a request is served by a virtual thread.
/// Failure: a taken port is a [PortTakenException]; bad requests are answered by RFC 6749
/// §5.2.
public final class LocalIssuer implements AutoCloseable {

	private static final Pattern LOCAL_ORIGIN = Pattern
		.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");

	private static final int MAX_FORM_BYTES = 64 * 1024;

	private static final String PATH = "/fanfare";

	private final HttpServer server;

	private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

	private final String issuerUri;

	private final List<JWK> published = new CopyOnWriteArrayList<>();

	private final AtomicInteger keySetRequests = new AtomicInteger();

	private volatile JWK signing;

	private volatile Outage outage = Outage.NONE;

	private volatile Duration latency = Duration.ZERO;

	private LocalIssuer(HttpServer server) {
		this.server = server;
		this.issuerUri = "http://localhost:" + server.getAddress().getPort() + PATH;
		this.signing = newKey(JWSAlgorithm.RS256);
		this.published.add(this.signing);
		server.setExecutor(this.requests);
		server.createContext("/", this::answer);
		server.start();
	}

	/// Starts an issuer on a port that nothing else uses.
	public static LocalIssuer startOnFreePort() {
		return startOn(0, "the port");
	}

	/// Starts an issuer at `http://localhost:<port>/fanfare`.
	/// @param port where to listen, 0 for any free port
	/// @param property the property a taken port's message tells the reader to change
	public static LocalIssuer startOn(int port, String property) {
		if (port != 0) {
			Ports.requireFree(port, "token issuer", property);
		}
		try {
			return new LocalIssuer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
		}
		catch (BindException ex) {
			throw new PortTakenException(port, "token issuer", property, ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The token issuer cannot listen on port " + port, ex);
		}
	}

	/// The issuer's identifier, the `iss` of its tokens.
	public String issuerUri() {
		return this.issuerUri;
	}

	/// Where the public keys are.
	public String jwkSetUri() {
		return this.issuerUri + "/jwks";
	}

	/// Where tokens are asked for.
	public String tokenUri() {
		return this.issuerUri + "/token";
	}

	/// Returns a token of that subject, good for an hour.
	public String token(String subject) {
		return sign(claims(subject));
	}

	/// Returns a token of that subject with these claims besides, or instead of, the
	/// usual.
	public String token(String subject, Map<String, ?> claims) {
		Map<String, Object> all = claims(subject);
		all.putAll(claims);
		return sign(all);
	}

	/// The claims of a good token, `iss`, `sub`, `iat`, `exp` and `jti`, to add to
	/// and to take from.
	public Map<String, Object> claims(String subject) {
		Instant now = Instant.now();
		Map<String, Object> claims = new LinkedHashMap<>();
		claims.put("iss", this.issuerUri);
		claims.put("sub", subject);
		claims.put("iat", now);
		claims.put("exp", now.plus(Duration.ofHours(1)));
		claims.put("jti", UUID.randomUUID().toString());
		return claims;
	}

	/// Signs exactly these claims with the current key.
	public String sign(Map<String, ?> claims) {
		return sign(claims, this.signing);
	}

	/// Signs exactly these claims with that key, whether it is published or not.
	/// @param claims any JSON values; an `Instant` becomes seconds since the epoch
	/// @param key a private or secret key that names its algorithm
	public static String sign(Map<String, ?> claims, JWK key) {
		JWSAlgorithm algorithm = JWSAlgorithm.parse(key.getAlgorithm().getName());
		return sign(new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build(), claims,
				key);
	}

	/// Signs exactly these claims under exactly that header.
	public static String sign(JWSHeader header, Map<String, ?> claims, JWK key) {
		Map<String, Object> payload = new LinkedHashMap<>();
		claims.forEach((name, value) -> payload.put(name,
				(value instanceof Instant instant) ? (Object) instant.getEpochSecond() : value));
		try {
			JWSObject token = new JWSObject(header, new Payload(payload));
			token.sign(new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm()));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("Not a key to sign " + header.getAlgorithm() + " with", ex);
		}
	}

	/// Makes a key that is not published: RSA of 2048 bits, or a P-256 key for `ES256`.
	public static JWK newKey(JWSAlgorithm algorithm) {
		String id = UUID.randomUUID().toString();
		try {
			if (algorithm.equals(JWSAlgorithm.ES256)) {
				return new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE)
					.algorithm(algorithm)
					.keyID(id)
					.generate();
			}
			return new RSAKeyGenerator(2048).keyUse(KeyUse.SIGNATURE).algorithm(algorithm).keyID(id).generate();
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("No key for " + algorithm + " can be made", ex);
		}
	}

	/// The key that signs.
	public JWK signingKey() {
		return this.signing;
	}

	/// Signs with a new RS256 key from now on; the key before it stays published.
	public JWK rotate() {
		return rotate(newKey(JWSAlgorithm.RS256));
	}

	/// Publishes that key and signs with it from now on; the keys before it stay
	/// published.
	public JWK rotate(JWK key) {
		this.published.add(key);
		this.signing = key;
		return key;
	}

	/// Publishes a key that does not sign.
	public void publish(JWK key) {
		this.published.add(key);
	}

	/// Takes a key out of the published set; tokens signed with it should end being
	/// believed.
	public void withdraw(JWK key) {
		this.published.removeIf((candidate) -> candidate.getKeyID().equals(key.getKeyID()));
	}

	/// Answers every request with 503 while `true`.
	public void outage(boolean unavailable) {
		outage(unavailable ? Outage.UNAVAILABLE : Outage.NONE);
	}

	/// Answers every request that way from now on.
	public void outage(Outage kind) {
		this.outage = kind;
	}

	/// Waits that long before every answer from now on.
	public void latency(Duration delay) {
		this.latency = delay;
	}

	/// How often the key set was asked for, whatever the answer.
	public int keySetRequests() {
		return this.keySetRequests.get();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.requests.shutdownNow();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getPath();
			if (path.equals(PATH + "/jwks")) {
				this.keySetRequests.incrementAndGet();
			}
			Thread.sleep(this.latency);
			switch (this.outage) {
				case DROPPED -> {
					// Closing without an answer ends the connection.
				}
				case UNAVAILABLE -> send(exchange, 503, Map.of("error", "temporarily_unavailable"));
				case NONE -> route(exchange, path);
			}
		}
		catch (InterruptedException closing) {
			Thread.currentThread().interrupt();
		}
	}

	private void route(HttpExchange exchange, String path) throws IOException {
		if (exchange.getRequestMethod().equals("OPTIONS")) {
			exchange.getResponseHeaders().set("Access-Control-Allow-Methods", "GET, POST");
			exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "authorization, content-type");
			exchange.getResponseHeaders().set("Access-Control-Max-Age", "600");
			send(exchange, 204, null);
			return;
		}
		switch (path) {
			case PATH + "/.well-known/openid-configuration" -> get(exchange, discovery());
			case PATH + "/jwks" -> get(exchange, new JWKSet(this.published).toPublicJWKSet().toJSONObject());
			case PATH + "/token" -> token(exchange);
			default -> send(exchange, 404, Map.of("error", "not_found"));
		}
	}

	private Map<String, Object> discovery() {
		return Map.of("issuer", this.issuerUri, "jwks_uri", jwkSetUri(), "token_endpoint", tokenUri(),
				"grant_types_supported", List.of("client_credentials"), "token_endpoint_auth_methods_supported",
				List.of("client_secret_basic", "client_secret_post"), "response_types_supported", List.of("token"),
				"subject_types_supported", List.of("public"), "id_token_signing_alg_values_supported",
				List.of("RS256"));
	}

	private void token(HttpExchange exchange) throws IOException {
		exchange.getResponseHeaders().set("Cache-Control", "no-store");
		if (!exchange.getRequestMethod().equals("POST")) {
			exchange.getResponseHeaders().set("Allow", "POST, OPTIONS");
			send(exchange, 405, Map.of("error", "invalid_request", "error_description", "Use POST"));
			return;
		}
		try {
			TokenRequest request = TokenRequest.read(form(exchange),
					exchange.getRequestHeaders().getFirst("Authorization"));
			Map<String, Object> claims = claims(request.subject());
			claims.put("exp", Instant.now().plus(request.ttl()));
			claims.putAll(request.claims());
			Map<String, Object> answer = new LinkedHashMap<>();
			answer.put("access_token", sign(claims));
			answer.put("token_type", "Bearer");
			answer.put("expires_in", request.ttl().toSeconds());
			if (request.claims().get("scope") instanceof String scope) {
				answer.put("scope", scope);
			}
			send(exchange, 200, answer);
		}
		catch (TokenRequest.Refusal refusal) {
			if (refusal.status() == 401) {
				exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"fanfare\"");
			}
			send(exchange, refusal.status(), refusal.body());
		}
	}

	private static String form(HttpExchange exchange) throws IOException, TokenRequest.Refusal {
		String type = exchange.getRequestHeaders().getFirst("Content-Type");
		if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
			throw new TokenRequest.Refusal(400, "invalid_request",
					"The body's type is not application/x-www-form-urlencoded");
		}
		byte[] body = exchange.getRequestBody().readNBytes(MAX_FORM_BYTES + 1);
		if (body.length > MAX_FORM_BYTES) {
			throw new TokenRequest.Refusal(400, "invalid_request", "The body is larger than 64 KB");
		}
		return new String(body, StandardCharsets.UTF_8);
	}

	private static void get(HttpExchange exchange, Map<String, Object> body) throws IOException {
		if (exchange.getRequestMethod().equals("GET")) {
			send(exchange, 200, body);
			return;
		}
		exchange.getResponseHeaders().set("Allow", "GET, OPTIONS");
		send(exchange, 405, Map.of("error", "invalid_request", "error_description", "Use GET"));
	}

	private static void send(HttpExchange exchange, int status, @Nullable Map<String, Object> body) throws IOException {
		String origin = exchange.getRequestHeaders().getFirst("Origin");
		if (origin != null && LOCAL_ORIGIN.matcher(origin).matches()) {
			exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
		}
		exchange.getResponseHeaders().set("Vary", "Origin");
		if (body == null) {
			exchange.sendResponseHeaders(status, -1);
			return;
		}
		byte[] json = JSONObjectUtils.toJSONString(body).getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, json.length);
		exchange.getResponseBody().write(json);
	}

	/// How an issuer fails.
	public enum Outage {

		/// It does not.
		NONE,

		/// Requests are answered 503.
		UNAVAILABLE,

		/// Connections are closed without an answer.
		DROPPED

	}

}
