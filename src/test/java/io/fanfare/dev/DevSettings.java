package io.fanfare.dev;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/// What the development services are asked for.
///
/// @param brokerPort where the own broker listens, `fanfare.dev.broker-port`
/// @param issuerPort where the own issuer listens, `fanfare.dev.issuer-port`
/// @param topics the topics to create and their partitions, `fanfare.dev.topics.<name>`
/// @param bootstrapServers the broker to use instead of an own one,
/// `spring.kafka.bootstrap-servers`
/// @param ownIssuer whether no other issuer is configured
record DevSettings(int brokerPort, int issuerPort, Map<String, Integer> topics, @Nullable String bootstrapServers,
		boolean ownIssuer) {

	static final String BROKER_PORT = "fanfare.dev.broker-port";

	static final String ISSUER_PORT = "fanfare.dev.issuer-port";

	static final String BOOTSTRAP_SERVERS = "spring.kafka.bootstrap-servers";

	static final String ISSUER_URI = "spring.security.oauth2.resourceserver.jwt.issuer-uri";

	private static final List<String> OTHER_ISSUERS = List.of(ISSUER_URI,
			"spring.security.oauth2.resourceserver.jwt.jwk-set-uri",
			"spring.security.oauth2.resourceserver.jwt.public-key-location");

	DevSettings {
		topics = Map.copyOf(topics);
	}

	static DevSettings from(ConfigurableEnvironment environment) {
		Map<String, Integer> topics = Binder.get(environment)
			.bind("fanfare.dev.topics", Bindable.mapOf(String.class, Integer.class))
			.orElse(Map.of());
		return new DevSettings(environment.getRequiredProperty(BROKER_PORT, Integer.class),
				environment.getRequiredProperty(ISSUER_PORT, Integer.class), topics, bootstrapServers(environment),
				OTHER_ISSUERS.stream().noneMatch((name) -> hasText(environment.getProperty(name))));
	}

	private static @Nullable String bootstrapServers(ConfigurableEnvironment environment) {
		List<String> servers = Binder.get(environment)
			.bind(BOOTSTRAP_SERVERS, Bindable.listOf(String.class))
			.orElse(List.of());
		return servers.isEmpty() ? null : String.join(",", servers);
	}

	private static boolean hasText(@Nullable String value) {
		return value != null && !value.isBlank();
	}

}
