package io.fanfare.socket;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

class EndpointTests {

	/// Reactor Netty answers an error with 500, but closes the connection where a handler
	/// throws.
	@Test
	void failsAsAPublisherWhereTheHandlerThrows() {
		HttpHandler handler = around(new Endpoint("/here", (request, response) -> {
			throw new IllegalStateException("unforeseen");
		}, null));

		Mono<Void> answer = handler.handle(MockServerHttpRequest.get("/here").build(), new MockServerHttpResponse());

		StepVerifier.create(answer).verifyErrorMessage("unforeseen");
	}

	@Test
	void takesNoOtherSpellingOfItsPath() {
		HttpHandler handler = around(
				new Endpoint("/here", (request, response) -> Mono.error(new AssertionError()), null));

		for (String other : List.of("/here/", "//here", "/HERE", "/%68ere", "/here;a=b", "/")) {
			MockServerHttpRequest request = MockServerHttpRequest
				.method(HttpMethod.GET, URI.create("http://host" + other))
				.build();

			StepVerifier.create(handler.handle(request, new MockServerHttpResponse())).verifyComplete();
		}
	}

	private static HttpHandler around(Endpoint endpoint) {
		WebHttpHandlerBuilder others = WebHttpHandlerBuilder.webHandler((exchange) -> Mono.empty());
		endpoint.customize(others);
		return others.build();
	}

}
