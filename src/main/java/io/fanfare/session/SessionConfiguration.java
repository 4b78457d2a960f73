package io.fanfare.session;

import java.time.InstantSource;

import io.fanfare.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the room.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SessionProperties.class)
class SessionConfiguration {

	@Bean
	@ConditionalOnMissingBean
	InstantSource clock() {
		return InstantSource.system();
	}

	@Bean
	LogThread logThread() {
		return new LogThread();
	}

	@Bean
	Sessions sessions(SessionProperties properties, LogThread logThread, Journal journal, InstantSource clock,
			MeterRegistry registry) {
		return new Sessions(properties, logThread, journal, clock, registry);
	}

}
