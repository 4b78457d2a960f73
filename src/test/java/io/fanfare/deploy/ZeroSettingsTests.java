package io.fanfare.deploy;

import io.fanfare.drain.DrainProperties;
import io.fanfare.ingest.IngestProperties;
import io.fanfare.session.SessionProperties;
import io.fanfare.socket.SocketProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/// What `docs/configuration.md` says of zero, where it says that the start is refused.
class ZeroSettingsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
		.withUserConfiguration(Settings.class)
		.withPropertyValues("fanfare.ingest.topics[0].name=notifications");

	@ParameterizedTest
	@ValueSource(strings = { "fanfare.ingest.metadata-interval=0s", "fanfare.session.queue-frames=0",
			"fanfare.session.max-sessions=0", "fanfare.session.max-per-user=0", "fanfare.socket.heartbeat-interval=0s",
			"fanfare.socket.pong-timeout=0s", "fanfare.socket.stall-timeout=0s", "fanfare.drain.notice=-1s" })
	void refusesToStart(String setting) {
		this.runner.withPropertyValues(setting).run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void startsWithoutAnyOfThem() {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties({ DrainProperties.class, IngestProperties.class, SessionProperties.class,
			SocketProperties.class })
	static class Settings {

	}

}
