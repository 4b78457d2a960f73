package io.fanfare.auth;

import java.security.Key;
import java.util.List;
import java.util.Set;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class VerificationKeysTests {

	private static final JWSHeader HEADER = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build();

	@Test
	void makesEachKeyOnceAndSelectsByItsId() throws Exception {
		RSAKey one = key("one");
		VerificationKeys keys = of(one, key("two"));

		List<Key> selected = keys.selectJWSKeys(HEADER, null);

		assertThat(selected).containsExactly(one.toRSAPublicKey());
		assertThat(keys.selectJWSKeys(HEADER, null).getFirst()).isSameAs(selected.getFirst());
	}

	@Test
	void selectsAmongAllKeysForATokenThatNamesNone() throws Exception {
		RSAKey one = key("one");
		RSAKey two = key("two");

		assertThat(of(one, two).selectJWSKeys(new JWSHeader(JWSAlgorithm.RS256), null))
			.containsExactly(one.toRSAPublicKey(), two.toRSAPublicKey());
	}

	@Test
	void selectsNoneForAnotherIdOrAlgorithm() throws Exception {
		VerificationKeys keys = of(key("one"));

		assertThat(keys.selectJWSKeys(new JWSHeader.Builder(HEADER).keyID("other").build(), null)).isEmpty();
		for (JWSAlgorithm other : List.of(JWSAlgorithm.PS256, JWSAlgorithm.HS256)) {
			assertThat(keys.selectJWSKeys(new JWSHeader.Builder(other).keyID("one").build(), null)).isEmpty();
		}
	}

	@Test
	void selectsNoneThatIsForSomethingElse() throws Exception {
		RSAKey key = key("one");
		VerificationKeys keys = of(new RSAKey.Builder(key).keyUse(KeyUse.ENCRYPTION).build(),
				new RSAKey.Builder(key).algorithm(JWSAlgorithm.RS512).build());

		assertThat(keys.selectJWSKeys(HEADER, null)).isEmpty();
	}

	@Test
	void takesANewKeyOfTheSameId() throws Exception {
		RSAKey before = key("one");
		RSAKey after = key("one");
		boolean[] rotated = new boolean[1];
		VerificationKeys keys = new VerificationKeys(Set.of(JWSAlgorithm.RS256),
				(selector, context) -> selector.select(new JWKSet(rotated[0] ? after : before)));
		assertThat(keys.selectJWSKeys(HEADER, null)).containsExactly(before.toRSAPublicKey());

		rotated[0] = true;

		assertThat(keys.selectJWSKeys(HEADER, null)).containsExactly(after.toRSAPublicKey());
	}

	private static VerificationKeys of(RSAKey... keys) {
		return new VerificationKeys(Set.of(JWSAlgorithm.RS256), new ImmutableJWKSet<>(new JWKSet(List.of(keys))));
	}

	private static RSAKey key(String id) throws Exception {
		return new RSAKeyGenerator(2048).keyID(id).generate();
	}

}
