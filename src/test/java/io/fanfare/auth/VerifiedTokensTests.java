package io.fanfare.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import io.fanfare.auth.VerifiedTokens.Digest;
import io.fanfare.notification.Address;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// Tests of [VerifiedTokens].
class VerifiedTokensTests {

	private static final Instant EXPIRY = Instant.parse("2026-11-24T12:00:00Z");

	private static final Duration SKEW = Duration.ofSeconds(30);

	private static final Identity ANNA = new Identity("anna", Set.of(new Address("sub", "anna")), EXPIRY,
			EXPIRY.plus(SKEW));

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private Instant now = EXPIRY.minusSeconds(60);

	@Test
	void knowsATokenAgainAndNoOther() {
		VerifiedTokens tokens = tokens(10, Duration.ofMinutes(1));
		tokens.add(Digest.of("one"), ANNA);

		assertThat(tokens.find(Digest.of("one"))).isEqualTo(ANNA);
		assertThat(tokens.find(Digest.of("other"))).isNull();
		assertThat(this.registry.get("fanfare.tokens.known").counter().count()).isEqualTo(1);
	}

	@Test
	void knowsATokenNoLongerThanItIsGood() {
		VerifiedTokens tokens = tokens(10, Duration.ofMinutes(1));
		tokens.add(Digest.of("one"), ANNA);

		this.now = EXPIRY.plus(SKEW).minusMillis(1);
		assertThat(tokens.find(Digest.of("one"))).isEqualTo(ANNA);

		this.now = EXPIRY.plus(SKEW);
		assertThat(tokens.find(Digest.of("one"))).isNull();
	}

	@Test
	void knowsNoneWhereItIsTurnedOff() {
		for (VerifiedTokens tokens : List.of(tokens(0, Duration.ofMinutes(1)), tokens(10, Duration.ZERO))) {
			tokens.add(Digest.of("one"), ANNA);

			assertThat(tokens.find(Digest.of("one"))).isNull();
		}
	}

	@Test
	void isTheSha256OfTheToken() {
		// RFC 6234's first test value.
		assertThat(Digest.of("abc"))
			.isEqualTo(new Digest(0xba7816bf8f01cfeaL, 0x414140de5dae2223L, 0xb00361a396177a9cL, 0xb410ff61f20015adL));
	}

	private VerifiedTokens tokens(int size, Duration ttl) {
		AuthProperties properties = new AuthProperties(null, SKEW, List.of(), DataSize.ofKilobytes(8), 64, size, ttl);
		return new VerifiedTokens(properties, () -> this.now, this.registry);
	}

}
