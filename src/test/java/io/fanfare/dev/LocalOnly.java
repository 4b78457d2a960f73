package io.fanfare.dev;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/// Lets through what this machine asks: a loopback peer that asks for a loopback host, and
/// where an `Origin` says that a page asks, the gateway's own page. Others get 403.
final class LocalOnly implements HandlerFilterFunction<ServerResponse, ServerResponse> {

	private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

	@Override
	public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
		if (isLocal(request)) {
			return next.handle(request);
		}
		return ServerResponse.status(HttpStatus.FORBIDDEN)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(Map.of("error", "Only this machine and the gateway's own page may ask this"));
	}

	private static boolean isLocal(ServerRequest request) {
		boolean loopback = request.remoteAddress()
			.map(InetSocketAddress::getAddress)
			.filter((address) -> address.isLoopbackAddress())
			.isPresent();
		// The host keeps out pages whose own name was made to point here.
		return loopback && LOOPBACK_HOSTS.contains(String.valueOf(request.uri().getHost()))
				&& !CorsUtils.isCorsRequest(request.exchange().getRequest());
	}

}
