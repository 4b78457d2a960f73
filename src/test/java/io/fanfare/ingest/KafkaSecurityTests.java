package io.fanfare.ingest;

import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/// All three clients are configured by `spring.kafka`, security included.
class KafkaSecurityTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, KafkaAutoConfiguration.class));

	@Test
	void givesEveryClientTheSslBundle() {
		this.runner
			.withPropertyValues("spring.ssl.bundle.pem.kafka.truststore.certificate=classpath:kafka-ca.pem",
					"spring.kafka.ssl.bundle=kafka", "spring.kafka.security.protocol=SSL")
			.run((context) -> {
				ConsumerFactory<?, ?> consumers = context.getBean(ConsumerFactory.class);
				ProducerFactory<?, ?> producers = context.getBean(ProducerFactory.class);
				KafkaAdmin admin = context.getBean(KafkaAdmin.class);
				List<Map<String, Object>> configs = List.of(consumers.getConfigurationProperties(),
						producers.getConfigurationProperties(), admin.getConfigurationProperties());
				assertThat(configs).extracting(IngestConfiguration::client)
					.allSatisfy((config) -> assertThat(config)
						.containsEntry(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SSL")
						.containsEntry(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class)
						.containsKey("org.springframework.boot.ssl.SslBundle"));
			});
	}

}
