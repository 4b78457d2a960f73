package io.fanfare.socket;

import java.time.Duration;
import java.time.InstantSource;

import io.fanfare.auth.AuthProperties;
import io.fanfare.auth.OriginPolicy;
import io.fanfare.auth.TokenAuthenticator;
import io.fanfare.session.Sessions;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.HttpStatusServerEntryPoint;
import org.springframework.security.web.server.authorization.HttpStatusServerAccessDeniedHandler;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/// Wires the room.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SocketProperties.class)
class SocketConfiguration {

	private static final int WRITE_BUFFER_LOW = 8 * 1024;

	private static final int WRITE_BUFFER_HIGH = 32 * 1024;

	/// The kernel's own bound would be megabytes, and a ping behind them would reach
	/// a slow client long after its deadline. Linux doubles the number.
	private static final int SEND_BUFFER = 64 * 1024;

	@Bean
	@ConditionalOnMissingBean
	ClientMessages clientMessages(TokenAuthenticator authenticator) {
		return new TokenMessages(authenticator);
	}

	@Bean
	OpenSockets openSockets() {
		return new OpenSockets();
	}

	@Bean
	Endpoint endpoint(SocketProperties properties, ObjectProvider<ForwardedHeaderTransformer> forwarded,
			TokenAuthenticator authenticator, OriginPolicy origins, Sessions sessions, ClientMessages messages,
			OpenSockets sockets, ObjectProvider<BuildProperties> build, InstantSource clock, MeterRegistry registry) {
		int maxFrameSize = Math.toIntExact(properties.maxInboundFrame().toBytes());
		SocketMeters meters = new SocketMeters(registry);
		String version = build.stream().map(BuildProperties::getVersion).findFirst().orElse("development");
		Connections connections = new Connections(sessions, properties, messages, meters, version, clock);
		FloodLimit floodLimit = new FloodLimit(properties.maxUpgradesPerSecond(), properties.maxUpgradesPerAddress(),
				System::nanoTime);
		UpgradeHandler handler = new UpgradeHandler(authenticator, origins, sessions, new Beginnings(sessions, clock),
				connections, floodLimit, new UpgradeTurns(properties.maxWaitingUpgrades(), registry),
				new NettyUpgrade(maxFrameSize, sockets), meters);
		return new Endpoint(properties.path(), handler, forwarded.getIfAvailable());
	}

	@Bean
	RequestLimits requestLimits(AuthProperties auth, ServerProperties server, NettyServerProperties netty) {
		return new RequestLimits(auth, server, netty);
	}

	@Bean
	NettyServerCustomizer writeBufferMarks() {
		return (server) -> server.childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
			.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
					new WriteBufferWaterMark(WRITE_BUFFER_LOW, WRITE_BUFFER_HIGH));
	}

	/// Event loops of this gateway's own, so that they end with it and not with
	/// another in the same process: one per core. Of Reactor Netty there would be four at
	/// least, for whose time the log thread has to wait on two cores.
	@Bean
	ReactorResourceFactory reactorResourceFactory() {
		ReactorResourceFactory factory = new ReactorResourceFactory();
		factory.setUseGlobalResources(false);
		factory.setShutdownQuietPeriod(Duration.ZERO);
		int loops = Integer.getInteger(ReactorNetty.IO_WORKER_COUNT, Runtime.getRuntime().availableProcessors());
		factory.setLoopResourcesSupplier(() -> LoopResources.create("webflux-http", loops, true));
		return factory;
	}

	/// Everything but the endpoint is closed, but for what the management port shows, and
	/// is answered as if it were not there.
	@Bean
	SecurityWebFilterChain managementChain(ServerHttpSecurity http) {
		return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
			.logout(ServerHttpSecurity.LogoutSpec::disable)
			.requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
			.exceptionHandling(
					(answers) -> answers.authenticationEntryPoint(new HttpStatusServerEntryPoint(HttpStatus.NOT_FOUND))
						.accessDeniedHandler(new HttpStatusServerAccessDeniedHandler(HttpStatus.NOT_FOUND)))
			.authorizeExchange((
					exchange) -> exchange.matchers(EndpointRequest.toAnyEndpoint()).permitAll().anyExchange().denyAll())
			.build();
	}

}
