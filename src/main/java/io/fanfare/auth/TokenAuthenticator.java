package io.fanfare.auth;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import io.fanfare.notification.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/// Token to identity. Verification and fetching of keys run on the given scheduler, off the event
/// loops; a scheduler that takes no more tasks makes the outcome [AuthOutcome.Unavailable].
public final class TokenAuthenticator {

	private static final Logger logger = LoggerFactory.getLogger(TokenAuthenticator.class);

	private final JwtDecoder decoder;

	private final Addresses addresses;

	private final AuthProperties properties;

	private final VerifiedTokens verified;

	private final Scheduler scheduler;

	TokenAuthenticator(JwtDecoder decoder, Addresses addresses, AuthProperties properties, VerifiedTokens verified,
			Scheduler scheduler) {
		this.decoder = decoder;
		this.addresses = addresses;
		this.properties = properties;
		this.verified = verified;
		this.scheduler = scheduler;
	}

	/// Judges a token.
	/// @param token a compact JWT, any text
	/// @return one outcome, never an error: at once where the token is known, else on the
	/// verification scheduler
	public Mono<AuthOutcome> authenticate(String token) {
		if (token.length() > this.properties.maxTokenSize().toBytes()) {
			return Mono.just(new AuthOutcome.InvalidToken());
		}
		VerifiedTokens.Digest digest = VerifiedTokens.Digest.of(token);
		Identity known = this.verified.find(digest);
		if (known != null) {
			return Mono.just(new AuthOutcome.Authenticated(known));
		}
		return Mono.fromCallable(() -> judge(token, digest))
			.subscribeOn(this.scheduler)
			.onErrorResume(RejectedExecutionException.class, (ex) -> Mono.just(new AuthOutcome.Unavailable()));
	}

	private AuthOutcome judge(String token, VerifiedTokens.Digest digest) {
		AuthOutcome outcome = verify(token);
		if (outcome instanceof AuthOutcome.Authenticated(Identity identity)) {
			this.verified.add(digest, identity);
		}
		return outcome;
	}

	private AuthOutcome verify(String token) {
		try {
			return identify(this.decoder.decode(token));
		}
		catch (BadJwtException ex) {
			logger.debug("Refused a token: {}", ex.getMessage());
			return new AuthOutcome.InvalidToken();
		}
		catch (JwtException ex) {
			if (isKeyUnknown(ex)) {
				return new AuthOutcome.InvalidToken();
			}
			logger.debug("Could not judge a token", ex);
			return new AuthOutcome.Unavailable();
		}
	}

	private AuthOutcome identify(Jwt token) {
		String user = token.getClaimAsString("sub");
		Instant expiresAt = token.getExpiresAt();
		if (user == null || user.isEmpty() || !Addresses.isWellFormed(user) || expiresAt == null) {
			return new AuthOutcome.InvalidToken();
		}
		String scope = this.properties.requiredScope();
		if (scope != null && !scopes(token).contains(scope)) {
			return new AuthOutcome.InsufficientScope(scope);
		}
		Set<Address> found = this.addresses.of(token);
		if (found.size() > this.properties.maxAddresses()) {
			return new AuthOutcome.TooManyAddresses();
		}
		return new AuthOutcome.Authenticated(
				new Identity(user, found, expiresAt, expiresAt.plus(this.properties.clockSkew())));
	}

	private static Collection<?> scopes(Jwt token) {
		@Nullable Object scope = token.getClaims().getOrDefault("scope", token.getClaims().get("scp"));
		if (scope instanceof String text) {
			return Arrays.asList(text.split(" ", -1));
		}
		return (scope instanceof Collection<?> collection) ? collection : List.of();
	}

	/// The keys were fetched a moment ago, and the token's is not among them.
	private static boolean isKeyUnknown(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof RateLimitReachedException) {
				return true;
			}
		}
		return false;
	}

}
