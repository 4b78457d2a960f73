package io.fanfare.flow;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

/// A client on Reactor Netty's WebSocket, the second library that has to understand the
/// gateway. It answers pings and reads as fast as frames come.
public final class ReactorClient implements SocketClient {

	private final Inbox inbox = new Inbox();

	private final Sinks.Many<String> outgoing = Sinks.many().unicast().onBackpressureBuffer();

	private final Sinks.One<CloseStatus> closing = Sinks.one();

	private final CompletableFuture<Optional<String>> subprotocol = new CompletableFuture<>();

	private final Disposable connection;

	private ReactorClient(URI uri, HttpHeaders headers, String... subprotocols) {
		this.connection = new ReactorNettyWebSocketClient().execute(uri, headers, new Handler(List.of(subprotocols)))
			.subscribe(null, this::failed, () -> this.inbox.closed(Close.ABNORMAL, ""));
		this.subprotocol.orTimeout(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
	}

	/// Connects with the token in the `Authorization` header and waits for
	/// `io.fanfare.ready`.
	public static ReactorClient open(URI uri, String token) {
		HttpHeaders headers = new HttpHeaders();
		headers.setBearerAuth(token);
		ReactorClient client = new ReactorClient(uri, headers, "cloudevents.json");
		client.inbox.next("io.fanfare.ready");
		return client;
	}

	/// Connects as a browser does, with nothing but subprotocols, and does not wait for
	/// events.
	public static ReactorClient connect(URI uri, String... subprotocols) {
		return new ReactorClient(uri, new HttpHeaders(), subprotocols);
	}

	private void failed(Throwable ex) {
		this.subprotocol.completeExceptionally(ex);
		this.inbox.closed(Close.ABNORMAL, String.valueOf(ex));
	}

	@Override
	public Inbox inbox() {
		return this.inbox;
	}

	@Override
	public @Nullable String subprotocol() {
		return this.subprotocol.join().orElse(null);
	}

	@Override
	public void send(String text) {
		this.outgoing.emitNext(text, Sinks.EmitFailureHandler.FAIL_FAST);
	}

	@Override
	public void sendClose(int code, String reason) {
		this.closing.emitValue(new CloseStatus(code, reason), Sinks.EmitFailureHandler.FAIL_FAST);
	}

	@Override
	public void close() {
		if (!this.inbox.isClosed()) {
			this.connection.dispose();
		}
	}

	private final class Handler implements WebSocketHandler {

		private final List<String> subprotocols;

		Handler(List<String> subprotocols) {
			this.subprotocols = subprotocols;
		}

		@Override
		public List<String> getSubProtocols() {
			return this.subprotocols;
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			ReactorClient client = ReactorClient.this;
			client.subprotocol.complete(Optional.ofNullable(session.getHandshakeInfo().getSubProtocol()));
			Mono<Void> received = session.receive()
				.map(WebSocketMessage::getPayloadAsText)
				.doOnNext(client.inbox::text)
				.then();
			Mono<Void> closed = session.closeStatus()
				.doOnNext((status) -> client.inbox.closed(status.getCode(), String.valueOf(status.getReason())))
				.then();
			Flux<WebSocketMessage> messages = client.outgoing.asFlux().map(session::textMessage);
			Mono<Void> ended = client.closing.asMono().flatMap(session::close);
			// What is sent never completes by itself; the end of what is received ends it
			// all.
			return Mono.firstWithSignal(Mono.when(received, closed), Mono.when(session.send(messages), ended));
		}

	}

}
