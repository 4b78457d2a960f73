package io.fanfare.socket;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// Leads requests for the WebSocket endpoint past the filters and handler mappings of everything
/// else: the endpoint judges them itself, and does so thousands of times a second.
final class Endpoint implements WebHttpHandlerBuilderCustomizer {

	private final PathPattern path;

	private final WebHandler handler;

	private final @Nullable ForwardedHeaderTransformer forwarded;

	/// @param path of the endpoint
	/// @param forwarded applies a proxy's headers, `null` where they are not trusted
	Endpoint(String path, WebHandler handler, @Nullable ForwardedHeaderTransformer forwarded) {
		this.path = PathPatternParser.defaultInstance.parse(path);
		this.handler = handler;
		this.forwarded = forwarded;
	}

	@Override
	public void customize(WebHttpHandlerBuilder builder) {
		WebHttpHandlerBuilder own = WebHttpHandlerBuilder.webHandler(this.handler);
		if (this.forwarded != null) {
			own.forwardedHeaderTransformer(this.forwarded);
		}
		HttpHandler endpoint = own.build();
		builder.httpHandlerDecorator(
				(others) -> (request, response) -> this.path.matches(request.getPath().pathWithinApplication())
						? endpoint.handle(request, response) : others.handle(request, response));
	}

}
