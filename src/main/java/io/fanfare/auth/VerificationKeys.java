package io.fanfare.auth;

import java.security.Key;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import javax.crypto.SecretKey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import org.jspecify.annotations.Nullable;

/// Selects the keys that may verify a token, each made a Java key once: Nimbus makes it anew for
/// each token, for a seventh of what the signature costs. Safe for use by several threads.
final class VerificationKeys extends JWSVerificationKeySelector<SecurityContext> {

	private final JWKSource<SecurityContext> source;

	/// By identity, as long as the source has them; no thread has to be woken for its
	/// upkeep.
	private final Cache<JWK, List<Key>> made = Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

	VerificationKeys(Set<JWSAlgorithm> algorithms, JWKSource<SecurityContext> source) {
		super(algorithms, source);
		this.source = source;
	}

	@Override
	public List<Key> selectJWSKeys(JWSHeader header, @Nullable SecurityContext context) throws KeySourceException {
		// None where the algorithm is not allowed.
		@Nullable JWKMatcher matcher = createJWKMatcher(header);
		if (matcher == null) {
			return List.of();
		}
		List<Key> keys = new ArrayList<>(1);
		for (JWK key : this.source.get(new JWKSelector(matcher), context)) {
			keys.addAll(this.made.get(key, VerificationKeys::make));
		}
		return keys;
	}

	private static List<Key> make(JWK key) {
		return KeyConverter.toJavaKeys(List.of(key))
			.stream()
			.filter((made) -> made instanceof PublicKey || made instanceof SecretKey)
			.toList();
	}

}
