package io.fanfare.dev;

import java.util.LinkedHashMap;
import java.util.Map;

import io.fanfare.ingest.IngestProperties;
import io.fanfare.socket.SocketProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/// `GET /dev/config`: what the console page cannot know by itself, and the policy that the
/// browser holds the page to.
///
/// `tokenEndpoint` is `null` where the gateway trusts an issuer of somebody else's; the page
/// then asks for a token instead of a name.
class DevConsole {

	private final @Nullable LocalIssuer issuer;

	private final SocketProperties socket;

	private final IngestProperties ingest;

	private final DevProxy proxy;

	DevConsole(DevServices services, DevProxy proxy, SocketProperties socket, IngestProperties ingest) {
		this.issuer = services.issuer();
		this.proxy = proxy;
		this.socket = socket;
		this.ingest = ingest;
	}

	RouterFunction<ServerResponse> route() {
		return RouterFunctions.route()
			.GET("/dev/config",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.APPLICATION_JSON)
						.cacheControl(CacheControl.noStore())
						.bodyValue(config()))
			.build();
	}

	/// Scripts and styles are the page's own files alone; it talks to the gateway, by the
	/// proxy or not, and the issuer, and to nobody else.
	String contentSecurityPolicy() {
		String issuerOrigin = (this.issuer != null) ? " " + origin(this.issuer.tokenUri()) : "";
		return String.join("; ", "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
				"connect-src 'self' " + this.proxy.origin() + issuerOrigin, "base-uri 'none'", "form-action 'none'",
				"frame-ancestors 'none'", "require-trusted-types-for 'script'");
	}

	private Map<String, @Nullable Object> config() {
		Map<String, @Nullable Object> config = new LinkedHashMap<>();
		config.put("tokenEndpoint", (this.issuer != null) ? this.issuer.tokenUri() : null);
		config.put("socketUrl", this.proxy.origin() + this.socket.path());
		config.put("topics", this.ingest.topics().stream().map(DevConsole::topic).toList());
		return config;
	}

	private static Map<String, Object> topic(IngestProperties.Topic topic) {
		return Map.of("name", topic.name(), "addressBy", topic.addressBy(), "addressFrom", topic.addressFrom());
	}

	private static String origin(String uri) {
		return uri.substring(0, uri.indexOf('/', "http://".length()));
	}

}
