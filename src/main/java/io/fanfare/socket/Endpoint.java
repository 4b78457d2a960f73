package io.fanfare.socket;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/// Leads requests for the WebSocket endpoint past the filters and handler mappings of everything
/// else: the endpoint judges them itself, and does so thousands of times a second.
final class Endpoint implements WebHttpHandlerBuilderCustomizer {

	private final String path;

	private final WebHandler handler;

	private final ServerCodecConfigurer codecs;

	private final @Nullable ForwardedHeaderTransformer forwarded;

	/// @param path path of the endpoint within the application; no other spelling of it
	/// is led here
	/// @param forwarded applies a proxy's headers, `null` where they are not trusted
	Endpoint(String path, WebHandler handler, ServerCodecConfigurer codecs,
			@Nullable ForwardedHeaderTransformer forwarded) {
		this.path = path;
		this.handler = handler;
		this.codecs = codecs;
		this.forwarded = forwarded;
	}

	@Override
	public void customize(WebHttpHandlerBuilder builder) {
		WebHttpHandlerBuilder own = WebHttpHandlerBuilder.webHandler(this.handler).codecConfigurer(this.codecs);
		if (this.forwarded != null) {
			own.forwardedHeaderTransformer(this.forwarded);
		}
		HttpHandler endpoint = own.build();
		builder.httpHandlerDecorator((others) -> (request, response) -> isForEndpoint(request)
				? endpoint.handle(request, response) : others.handle(request, response));
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
