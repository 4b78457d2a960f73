package io.fanfare.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// Who verified tokens speak for, so that a client that comes back with the same one costs no
/// further verification.
///
/// Known by the token's SHA-256 and not by the token, which is a secret. A token is held no
/// longer than it is good for, and so long at most that a key which the issuer has withdrawn is
/// noticed. Safe for use by several threads.
final class VerifiedTokens {

	private final Cache<Digest, Identity> identities;

	private final boolean isOn;

	private final InstantSource clock;

	private final Counter found;

	VerifiedTokens(AuthProperties properties, InstantSource clock, MeterRegistry registry) {
		this.identities = Caffeine.newBuilder()
			.maximumSize(properties.tokenCacheSize())
			.expireAfterWrite(properties.tokenCacheTtl())
			// Microseconds now and then, milliseconds where thousands have expired: not
			// worth a thread
			// that has to be woken.
			.executor(Runnable::run)
			.build();
		this.isOn = properties.tokenCacheSize() > 0 && properties.tokenCacheTtl().isPositive();
		this.clock = clock;
		this.found = FanfareMeter.TOKENS_KNOWN.counter(registry);
	}

	/// Returns who the token speaks for, or `null` where it has to be verified.
	@Nullable Identity find(Digest token) {
		Identity identity = this.identities.getIfPresent(token);
		if (identity == null || !identity.endsAt().isAfter(this.clock.instant())) {
			return null;
		}
		this.found.increment();
		return identity;
	}

	void add(Digest token, Identity identity) {
		if (this.isOn) {
			this.identities.put(token, identity);
		}
	}

	/// SHA-256 of a token, in four parts.
	record Digest(long first, long second, long third, long fourth) {

		static Digest of(String token) {
			try {
				ByteBuffer hash = ByteBuffer
					.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
				return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("Every Java platform has SHA-256", ex);
			}
		}

	}

}
