package io.fanfare.dev;

import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// What the gateway has in the development run alone: the publish endpoint, and a way past
/// its security to that and to the console page. Carries no stereotype, so that no test's
/// component scan finds it.
class DevConfiguration {

	@Bean
	DevPublish devPublish(DevServices services) {
		return new DevPublish(services.bootstrapServers());
	}

	@Bean
	RouterFunction<ServerResponse> devPublishRoute(DevPublish publish) {
		return publish.route();
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	SecurityWebFilterChain devSecurity(ServerHttpSecurity http) {
		return http
			.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/", "/index.html", "/favicon.ico", "/console/**",
					"/dev/**"))
			.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll())
			.csrf(ServerHttpSecurity.CsrfSpec::disable)
			.build();
	}

}
