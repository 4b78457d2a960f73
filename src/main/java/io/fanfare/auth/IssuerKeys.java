package io.fanfare.auth;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import org.jspecify.annotations.Nullable;

/// The issuer's keys, found through OIDC discovery at the first look-up that succeeds.
///
/// The keys are cached for five minutes and refreshed ahead; a withdrawn key verifies no token
/// after that. A key that is not there is looked for again, at most twice in five
/// seconds. While the issuer is out of reach keys stay good for the outage time. One fetch runs
/// at a time; those that wait for a discovery that fails fail with it. Safe for use by several
/// threads.
final class IssuerKeys implements JWKSource<SecurityContext> {

	private static final int TIMEOUT_MS = 3000;

	private static final int MAX_BYTES = 256 * 1024;

	private static final long LOOK_UP_INTERVAL_MS = 5000;

	private static final long OUTAGE_MS = 60L * 60 * 1000;

	/// Time after a discovery that failed without another.
	private static final long DISCOVERY_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

	private static final ResourceRetriever RETRIEVER = new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, MAX_BYTES);

	private final String issuer;

	/// Whether any keys have been fetched, so that a key which is not there is unknown.
	private volatile boolean fetched;

	private volatile @Nullable JWKSource<SecurityContext> keys;

	/// Time of [System#nanoTime()] at which a discovery failed last; guarded by this.
	private @Nullable Long failedAt;

	private IssuerKeys(String issuer, @Nullable JWKSource<SecurityContext> keys) {
		this.issuer = issuer;
		this.keys = keys;
	}

	/// Finds the keys through the issuer's discovery document.
	/// @param issuer the issuer's URI
	static IssuerKeys discovered(String issuer) {
		return new IssuerKeys(issuer, null);
	}

	/// Takes the keys from a JWK set URI.
	/// @throws IllegalArgumentException if the URI is no URL
	static JWKSource<SecurityContext> at(String jwkSetUri) {
		try {
			return new IssuerKeys("", source(jwkSetUri));
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException("jwk-set-uri is no URL: " + jwkSetUri, ex);
		}
	}

	@Override
	public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
		JWKSource<SecurityContext> known = this.keys;
		try {
			List<JWK> found = ((known != null) ? known : discover()).get(selector, context);
			this.fetched = true;
			return found;
		}
		catch (RateLimitReachedException ex) {
			if (this.fetched) {
				throw ex;
			}
			throw new RemoteKeySourceException("The issuer's keys have not been in reach yet", null);
		}
	}

	private synchronized JWKSource<SecurityContext> discover() throws KeySourceException {
		JWKSource<SecurityContext> known = this.keys;
		if (known != null) {
			return known;
		}
		if (this.failedAt != null && System.nanoTime() - this.failedAt < DISCOVERY_PAUSE_NANOS) {
			throw new RemoteKeySourceException("The issuer was out of reach a moment ago", null);
		}
		try {
			JWKSource<SecurityContext> found = source(jwkSetUri());
			this.keys = found;
			return found;
		}
		catch (IOException | ParseException | KeySourceException ex) {
			this.failedAt = System.nanoTime();
			throw new RemoteKeySourceException("The discovery document of " + this.issuer + " cannot be used", ex);
		}
	}

	private String jwkSetUri() throws IOException, ParseException, KeySourceException {
		Map<String, Object> document = JSONObjectUtils
			.parse(RETRIEVER.retrieveResource(url(this.issuer + "/.well-known/openid-configuration")).getContent());
		String named = JSONObjectUtils.getString(document, "issuer");
		String jwkSetUri = JSONObjectUtils.getString(document, "jwks_uri");
		if (!this.issuer.equals(named) || jwkSetUri == null) {
			throw new RemoteKeySourceException("It names another issuer or no keys: " + named, null);
		}
		return jwkSetUri;
	}

	private static JWKSource<SecurityContext> source(String jwkSetUri) throws MalformedURLException {
		return JWKSourceBuilder.create(url(jwkSetUri), RETRIEVER)
			.retrying(true)
			.rateLimited(LOOK_UP_INTERVAL_MS)
			.outageTolerant(OUTAGE_MS)
			.build();
	}

	private static URL url(String text) throws MalformedURLException {
		try {
			return URI.create(text).toURL();
		}
		catch (IllegalArgumentException ex) {
			throw (MalformedURLException) new MalformedURLException(text).initCause(ex);
		}
	}

}
