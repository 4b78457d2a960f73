package io.fanfare.session;

import java.time.InstantSource;

import io.fanfare.journal.Journal;
import io.fanfare.journal.JournalProperties;
import io.fanfare.journal.OlderLog;
import io.fanfare.wire.Recipients;
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
	Sessions sessions(SessionProperties properties, LogThread logThread, Journal journal, OlderLog log,
			JournalProperties journalProperties, Recipients recipients, InstantSource clock, MeterRegistry registry) {
		return new Sessions(properties, logThread, logThread::executeLater, journal, log, journalProperties, recipients,
				clock, registry);
	}

}
