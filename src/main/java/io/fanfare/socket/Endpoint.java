package io.fanfare.socket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/// Leads requests for the WebSocket endpoint past the filters and handler mappings of everything
/// else: the endpoint judges them itself, and does so thousands of times a second.
final class Endpoint implements WebHttpHandlerBuilderCustomizer {

	private static final Logger logger = LoggerFactory.getLogger(Endpoint.class);

	private final String path;

	private final HttpHandler handler;

	private final @Nullable ForwardedHeaderTransformer forwarded;

	/// @param path path of the endpoint within the application; no other spelling of it
	/// is led here
	/// @param forwarded applies a proxy's headers, `null` where they are not trusted
	Endpoint(String path, HttpHandler handler, @Nullable ForwardedHeaderTransformer forwarded) {
		this.path = path;
		this.handler = handler;
		this.forwarded = forwarded;
	}

	@Override
	public void customize(WebHttpHandlerBuilder builder) {
		builder.httpHandlerDecorator((others) -> (request, response) -> isForEndpoint(request)
				? Mono.defer(() -> handle(request, response)) : others.handle(request, response));
	}

	private Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		if (this.forwarded == null) {
			return this.handler.handle(request, response);
		}
		ServerHttpRequest original;
		try {
			original = this.forwarded.apply(request);
		}
		catch (RuntimeException ex) {
			logger.debug("A proxy's headers cannot be read", ex);
			response.setStatusCode(HttpStatus.BAD_REQUEST);
			return response.setComplete();
		}
		return this.handler.handle(original, response);
	}

	private boolean isForEndpoint(ServerHttpRequest request) {
		try {
			return request.getPath().pathWithinApplication().value().equals(this.path);
		}
		catch (IllegalArgumentException ex) {
			// A proxy's header names a prefix that the path does not have. The others say
			// so.
			return false;
		}
	}

}
