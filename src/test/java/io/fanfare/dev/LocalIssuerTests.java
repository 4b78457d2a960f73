package io.fanfare.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Timeout(30)
class LocalIssuerTests {

	private final LocalIssuer issuer = LocalIssuer.startOnFreePort();

	private final HttpClient http = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.http.close();
		this.issuer.close();
	}

	@Test
	void givesTokensThatADecoderFoundByItsDiscoveryAccepts() throws Exception {
		HttpResponse<String> answer = requestToken(
				"grant_type=client_credentials&client_id=alice&client_secret=any&tenant=acme"
						+ "&groups=staff,night&groups=ops&scope=read&ttl=15m&aud=fanfare");

		Jwt jwt = decoder().decode(accessToken(answer));

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(jwt.getSubject()).isEqualTo("alice");
		assertThat(jwt.getAudience()).containsExactly("fanfare");
		assertThat(jwt.getClaimAsString("tenant")).isEqualTo("acme");
		assertThat(jwt.getClaimAsString("scope")).isEqualTo("read");
		assertThat(jwt.getClaimAsStringList("groups")).containsExactly("staff", "night", "ops");
		assertThat(jwt.getExpiresAt()).isBetween(Instant.now().plusSeconds(880), Instant.now().plusSeconds(901));
	}

	@Test
	void takesTheUserFromBasicCredentials() throws Exception {
		HttpRequest request = tokenRequest("grant_type=client_credentials&ttl=20")
			.header("Authorization", "Basic Z3I6w7Zz")
			.build();

		Jwt jwt = decoder().decode(accessToken(this.http.send(request, HttpResponse.BodyHandlers.ofString())));

		assertThat(jwt.getSubject()).isEqualTo("gr");
	}

	@Test
	void answersBadRequestsByTheBook() throws Exception {
		assertRefused("client_id=alice", 400, "invalid_request");
		assertRefused("grant_type=password&client_id=alice", 400, "unsupported_grant_type");
		assertRefused("grant_type=client_credentials", 401, "invalid_client");
		assertRefused("grant_type=client_credentials&client_id=alice&ttl=soon", 400, "invalid_request");
		assertRefused("grant_type=client_credentials&client_id=alice&ttl=-5", 400, "invalid_request");
		assertRefused("grant_type=client_credentials&client_id=alice&ttl=99999999999999999999", 400, "invalid_request");
		assertRefused("grant_type=client_credentials&client_id=alice&client_id=bob", 400, "invalid_request");
		assertRefused("grant_type=client_credentials&client_id=%zz", 400, "invalid_request");
	}

	@Test
	void letsPagesFromLocalhostInAndNoOthers() throws Exception {
		HttpResponse<String> local = preflight("http://localhost:8080");
		HttpResponse<String> other = preflight("http://localhost.example.com");

		assertThat(local.statusCode()).isEqualTo(204);
		assertThat(local.headers().firstValue("Access-Control-Allow-Origin")).hasValue("http://localhost:8080");
		assertThat(local.headers().firstValue("Access-Control-Allow-Methods").orElse("")).contains("POST");
		assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
	}

	@Test
	void rotatesAndWithdrawsItsKeys() {
		JWK old = this.issuer.signingKey();
		String before = this.issuer.token("alice");

		this.issuer.rotate();
		String after = this.issuer.token("alice");

		assertThat(decoder().decode(before).getHeaders()).containsEntry("kid", old.getKeyID());
		assertThat(decoder().decode(after).getHeaders()).doesNotContainEntry("kid", old.getKeyID());
		this.issuer.withdraw(old);
		assertThat(decoder().decode(after).getSubject()).isEqualTo("alice");
		assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder().decode(before));
	}

	@Test
	void signsWithAnyKeyAndAnyClaims() {
		JWK elliptic = this.issuer.rotate(LocalIssuer.newKey(JWSAlgorithm.ES256));
		JWK stranger = LocalIssuer.newKey(JWSAlgorithm.RS256);
		Map<String, Object> claims = this.issuer.claims("alice");
		claims.put("nested", Map.of("groups", List.of(1, 2)));

		Jwt jwt = NimbusJwtDecoder.withJwkSetUri(this.issuer.jwkSetUri())
			.jwsAlgorithm(SignatureAlgorithm.ES256)
			.build()
			.decode(this.issuer.sign(claims));

		assertThat(jwt.getHeaders()).containsEntry("kid", elliptic.getKeyID());
		assertThat(jwt.getClaimAsMap("nested")).containsKey("groups");
		assertThatExceptionOfType(BadJwtException.class)
			.isThrownBy(() -> decoder().decode(LocalIssuer.sign(claims, stranger)));
	}

	@Test
	void failsAndSlowsDownAsTold() throws Exception {
		JwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(this.issuer.jwkSetUri()).build();
		String token = this.issuer.token("alice");
		int requests = this.issuer.keySetRequests();

		this.issuer.outage(true);
		assertThatExceptionOfType(JwtException.class).isThrownBy(() -> decoder.decode(token));
		assertThat(requestToken("grant_type=client_credentials&client_id=alice").statusCode()).isEqualTo(503);
		assertThat(this.issuer.keySetRequests()).isGreaterThan(requests);

		this.issuer.outage(LocalIssuer.Outage.DROPPED);
		assertThatIOException().isThrownBy(() -> requestToken("grant_type=client_credentials&client_id=alice"));

		this.issuer.outage(false);
		this.issuer.latency(Duration.ofMillis(200));
		long start = System.nanoTime();
		assertThat(requestToken("grant_type=client_credentials&client_id=alice").statusCode()).isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
	}

	@Test
	void namesATakenPortAndThePropertyToChange() throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			int port = other.getLocalPort();

			assertThatExceptionOfType(PortTakenException.class)
				.isThrownBy(() -> LocalIssuer.startOn(port, "fanfare.dev.issuer-port"))
				.withMessageContaining("Port " + port)
				.withMessageContaining("fanfare.dev.issuer-port");
		}
	}

	private JwtDecoder decoder() {
		return NimbusJwtDecoder.withIssuerLocation(this.issuer.issuerUri()).build();
	}

	private void assertRefused(String form, int status, String error) throws Exception {
		HttpResponse<String> answer = requestToken(form);

		assertThat(answer.statusCode()).as(form).isEqualTo(status);
		assertThat(JSONObjectUtils.parse(answer.body())).as(form).containsEntry("error", error);
	}

	private HttpResponse<String> requestToken(String form) throws IOException, InterruptedException {
		return this.http.send(tokenRequest(form).build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest.Builder tokenRequest(String form) {
		return HttpRequest.newBuilder(URI.create(this.issuer.tokenUri()))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form));
	}

	private HttpResponse<String> preflight(String origin) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.issuer.tokenUri()))
			.header("Origin", origin)
			.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
			.build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static String accessToken(HttpResponse<String> answer) throws Exception {
		return JSONObjectUtils.getString(JSONObjectUtils.parse(answer.body()), "access_token");
	}

}
