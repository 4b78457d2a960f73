package io.fanfare.dev;

import io.fanfare.ingest.IngestProperties;
import io.fanfare.socket.SocketProperties;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// What the gateway has in the development run alone: the publish endpoint, the fault proxy,
/// what the console page asks for, and a way past its security to those and to the page.
/// Carries no stereotype, so that no test's component scan finds it.
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
	DevProxy devProxy(@Value("${" + DevProxy.PORT + "}") int port) {
		return new DevProxy(port);
	}

	@Bean
	RouterFunction<ServerResponse> devProxyRoute(DevProxy proxy) {
		return proxy.route();
	}

	@Bean
	DevConsole devConsole(DevServices services, DevProxy proxy, SocketProperties socket, IngestProperties ingest) {
		return new DevConsole(services, proxy, socket, ingest);
	}

	@Bean
	RouterFunction<ServerResponse> devConsoleRoute(DevConsole console) {
		return console.route();
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	SecurityWebFilterChain devSecurity(ServerHttpSecurity http, DevConsole console) {
		return http
			.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/", "/index.html", "/favicon.ico", "/console/**",
					"/dev/**"))
			.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll())
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(console.contentSecurityPolicy())))
			.csrf(ServerHttpSecurity.CsrfSpec::disable)
			.build();
	}

}
