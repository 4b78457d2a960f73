package io.fanfare.auth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import io.fanfare.notification.AddressLimit;
import io.fanfare.notification.TopicBindings;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;

/// Wires the room from Boot's resource server settings
/// (`spring.security.oauth2.resourceserver.jwt.*`).
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ AuthProperties.class, OAuth2ResourceServerProperties.class })
class AuthConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(AuthConfiguration.class);

	/// Tokens that wait for verification at most.
	private static final int MAX_WAITING = 20_000;

	@Bean
	AddressLimit addressLimit(AuthProperties properties) {
		return new AddressLimit(properties.maxAddresses());
	}

	@Bean(destroyMethod = "dispose")
	Scheduler verificationScheduler() {
		int threads = Runtime.getRuntime().availableProcessors();
		return Schedulers.fromExecutorService(
				new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING),
						Thread.ofPlatform().name("fanfare-auth-", 1).daemon().factory()));
	}

	@Bean
	TokenAuthenticator tokenAuthenticator(JwtDecoder decoder, TopicBindings bindings, AuthProperties properties,
			Scheduler verificationScheduler, InstantSource clock, MeterRegistry registry) {
		return new TokenAuthenticator(decoder, new Addresses(bindings), properties,
				new VerifiedTokens(properties, clock, registry), verificationScheduler);
	}

	@Bean
	OriginPolicy originPolicy(AuthProperties properties) {
		return new OriginPolicy(properties.allowedOrigins());
	}

	@Bean
	JwtDecoder jwtDecoder(OAuth2ResourceServerProperties resourceServer, AuthProperties properties) throws IOException {
		OAuth2ResourceServerProperties.Jwt settings = resourceServer.getJwt();
		Set<JWSAlgorithm> algorithms = settings.getJwsAlgorithms()
			.stream()
			.map(JWSAlgorithm::parse)
			.collect(Collectors.toUnmodifiableSet());
		JWSKeySelector<SecurityContext> keys = (settings.getPublicKeyLocation() != null)
				? new SingleKeyJWSKeySelector<>(onlyOne(algorithms), publicKey(settings))
				: new VerificationKeys(algorithms, keys(settings));
		return new TokenDecoder(keys, validator(settings, properties));
	}

	private static JWKSource<SecurityContext> keys(OAuth2ResourceServerProperties.Jwt settings) {
		if (settings.getJwkSetUri() != null) {
			return IssuerKeys.at(settings.getJwkSetUri());
		}
		if (settings.getIssuerUri() != null) {
			return IssuerKeys.discovered(settings.getIssuerUri());
		}
		throw new IllegalStateException("No issuer: set spring.security.oauth2.resourceserver.jwt.issuer-uri, "
				+ "jwk-set-uri or public-key-location");
	}

	private static JWSAlgorithm onlyOne(Set<JWSAlgorithm> algorithms) {
		if (algorithms.size() != 1) {
			throw new IllegalStateException("public-key-location goes with exactly one of jws-algorithms");
		}
		return algorithms.iterator().next();
	}

	private static RSAPublicKey publicKey(OAuth2ResourceServerProperties.Jwt settings) throws IOException {
		RSAPublicKey key = RsaKeyConverters.x509()
			.convert(new ByteArrayInputStream(settings.readPublicKey().getBytes(StandardCharsets.US_ASCII)));
		if (key == null) {
			throw new IllegalStateException("public-key-location holds no RSA public key");
		}
		return key;
	}

	private static OAuth2TokenValidator<Jwt> validator(OAuth2ResourceServerProperties.Jwt settings,
			AuthProperties properties) {
		List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
		validators.add(new JwtTimestampValidator(properties.clockSkew()));
		validators.add(new RequiredClaimsValidator());
		if (settings.getIssuerUri() != null) {
			validators.add(new JwtIssuerValidator(settings.getIssuerUri()));
		}
		List<String> audiences = settings.getAudiences();
		if (audiences.isEmpty()) {
			logger.warn("Any audience is accepted: set spring.security.oauth2.resourceserver.jwt.audiences");
		}
		else {
			validators.add(new JwtClaimValidator<List<String>>("aud",
					(aud) -> aud != null && aud.stream().anyMatch(audiences::contains)));
		}
		return new DelegatingOAuth2TokenValidator<>(validators);
	}

}
