package io.fanfare.routing;

import java.time.InstantSource;

import io.fanfare.session.LogThread;
import io.fanfare.session.Sessions;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the room.
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

	@Bean
	Router router(Sessions sessions, LogThread logThread, Recipients recipients, DeadLetters deadLetters,
			InstantSource clock, MeterRegistry registry) {
		return new Router(sessions, logThread, recipients, deadLetters, clock, registry);
	}

}
