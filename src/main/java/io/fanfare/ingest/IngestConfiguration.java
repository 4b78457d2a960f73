package io.fanfare.ingest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

import io.fanfare.journal.JournalProperties;
import io.fanfare.notification.AddressLimit;
import io.fanfare.notification.TopicBindings;
import io.fanfare.routing.DeadLetters;
import io.fanfare.routing.Router;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.CommonClientConfigs;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/// Wires the room. Kafka clients take Boot's configuration (`spring.kafka.*`, connection
/// details, SSL bundles) from Boot's own factories.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestProperties.class)
class IngestConfiguration {

	private static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(5);

	private static final int MAX_RECONNECT_BACKOFF_MS = 1000;

	@Bean
	TopicBindings topicBindings(IngestProperties properties) {
		return properties.bindings();
	}

	@Bean
	DeadLetters deadLetters(IngestProperties properties, ProducerFactory<?, ?> factory, MeterRegistry registry) {
		String topic = properties.deadLetterTopic();
		return (topic != null) ? new DeadLetterProducer(topic, client(factory.getConfigurationProperties()), registry)
				: (record, reason) -> {
				};
	}

	@Bean
	Recipients recipients(IngestProperties properties) {
		return new Recipients(Math.toIntExact(properties.maxRecordSize().toBytes()));
	}

	@Bean
	CatchUp catchUp(InstantSource clock, MeterRegistry registry) {
		return new CatchUp(clock, registry);
	}

	@Bean
	Cluster cluster(KafkaAdmin admin) {
		return new Cluster(client(admin.getConfigurationProperties()), CLUSTER_TIMEOUT);
	}

	@Bean
	OlderLogReaders olderLog(JournalProperties journal, ConsumerFactory<?, ?> consumers, Cluster cluster) {
		return new OlderLogReaders(client(consumers.getConfigurationProperties()), journal.catchUpReaders(), cluster);
	}

	@Bean
	Ingest ingest(IngestProperties properties, JournalProperties journal, AddressLimit maxAddresses,
			ConsumerFactory<?, ?> consumers, Cluster cluster, Router router, CatchUp catchUp, MeterRegistry registry) {
		return new Ingest(properties, journal.window(), maxAddresses, client(consumers.getConfigurationProperties()),
				cluster, router, catchUp, registry);
	}

	/// Up once this replica has been at the end of the log; a later outage is an
	/// alert, no reason to take every replica out of the balancer.
	@Bean
	HealthIndicator ingestHealthIndicator(CatchUp catchUp) {
		return () -> (catchUp.everCaughtUp() ? Health.up() : Health.outOfService()).build();
	}

	static Map<String, Object> client(Map<String, Object> configured) {
		Map<String, Object> config = new HashMap<>(configured);
		config.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, "fanfare");
		config.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, MAX_RECONNECT_BACKOFF_MS);
		return config;
	}

}
