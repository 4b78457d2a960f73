package io.fanfare.journal;

import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the room.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JournalProperties.class)
class JournalConfiguration {

	@Bean
	Journal journal(JournalProperties properties, MeterRegistry registry) {
		Journal journal = new Journal(properties.maxSize().toBytes(), properties.window());
		FanfareMeter.JOURNAL_RECORDS.gauge(registry, journal, Journal::size);
		return journal;
	}

}
