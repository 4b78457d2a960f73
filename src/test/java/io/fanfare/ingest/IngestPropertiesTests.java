package io.fanfare.ingest;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.fanfare.notification.Partitioner;
import io.fanfare.notification.TopicBinding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class IngestPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
		.withUserConfiguration(Bound.class);

	@Test
	void bindsTopicsWithDefaults() {
		this.runner
			.withPropertyValues("fanfare.ingest.topics[0].name=orders", "fanfare.ingest.topics[1].name=news",
					"fanfare.ingest.topics[1].address-by=everyone", "fanfare.ingest.topics[2].name=mails",
					"fanfare.ingest.topics[2].address-by=email", "fanfare.ingest.topics[2].address-from=header:to",
					"fanfare.ingest.topics[2].default-type=com.example.mail")
			.run((context) -> {
				IngestProperties properties = context.getBean(IngestProperties.class);
				assertThat(properties.bindings().list()).containsExactly(
						new TopicBinding("orders", "sub", null, "notification"),
						new TopicBinding("news", "everyone", null, "notification"),
						new TopicBinding("mails", "email", "to", "com.example.mail"));
				assertThat(properties.maxRecordSize()).isEqualTo(DataSize.ofKilobytes(64));
				assertThat(properties.metadataInterval()).isEqualTo(Duration.ofSeconds(1));
				assertThat(properties.deadLetterTopic()).isNull();
			});
	}

	@Test
	void refusesToStartWithoutATopic() {
		this.runner.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("topics")
			.hasMessageContaining("must name at least one topic"));
	}

	@Test
	void refusesATopicThatIsBoundTwice() {
		this.runner
			.withPropertyValues("fanfare.ingest.topics[0].name=orders", "fanfare.ingest.topics[1].name=orders",
					"fanfare.ingest.topics[1].address-by=tenant")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessage("Topic 'orders' is bound twice"));
	}

	@Test
	void refusesADeadLetterTopicThatIsBound() {
		this.runner
			.withPropertyValues("fanfare.ingest.topics[0].name=orders", "fanfare.ingest.dead-letter-topic=orders")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("The dead-letter topic 'orders' is bound"));
	}

	@Test
	void takesAnEmptyDeadLetterTopicForNone() {
		this.runner.withPropertyValues("fanfare.ingest.topics[0].name=orders", "fanfare.ingest.dead-letter-topic=")
			.run((context) -> assertThat(context.getBean(IngestProperties.class).deadLetterTopic()).isNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "value", "header", "header:", "Key" })
	void refusesABadAddressFrom(String addressFrom) {
		this.runner
			.withPropertyValues("fanfare.ingest.topics[0].name=orders",
					"fanfare.ingest.topics[0].address-from=" + addressFrom)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("addressFrom")
				.hasMessageContaining("must be 'key' or 'header:NAME'"));
	}

	@ParameterizedTest
	@CsvSource({ "topics[0].name, ' '", "topics[0].address-by, ' '", "topics[0].default-type, io.fanfare.ready",
			"topics[0].default-type, ' '", "metadata-interval, 0", "metadata-interval, 2m", "max-record-size, lots",
			"max-record-size, 0B", "max-record-size, 3GB" })
	void refusesABadValue(String property, String value) {
		Map<String, String> properties = new HashMap<>(Map.of("fanfare.ingest.topics[0].name", "orders"));
		properties.put("fanfare.ingest." + property, value);

		this.runner
			.withPropertyValues(properties.entrySet()
				.stream()
				.map((entry) -> entry.getKey() + "=" + entry.getValue())
				.toArray(String[]::new))
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void bindingsAreACopy() {
		List<TopicBinding> list = new IngestProperties(
				List.of(new IngestProperties.Topic("orders", "sub", "key", "t", Partitioner.ANY)), null,
				DataSize.ofKilobytes(1), Duration.ofSeconds(1))
			.bindings()
			.list();

		assertThat(list).isUnmodifiable();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(IngestProperties.class)
	static class Bound {

	}

}
