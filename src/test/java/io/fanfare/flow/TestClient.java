package io.fanfare.flow;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/// A client on the JDK's WebSocket. It answers pings and reads as fast as frames come.
public final class TestClient implements SocketClient {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final Inbox inbox;

	private final WebSocket socket;

	private TestClient(Inbox inbox, WebSocket socket) {
		this.inbox = inbox;
		this.socket = socket;
	}

	/// Connects with the token in the `Authorization` header and waits for
	/// `io.fanfare.ready`.
	public static TestClient open(URI uri, String token) {
		TestClient client = connect(HTTP.newWebSocketBuilder().header("Authorization", "Bearer " + token), uri,
				"cloudevents.json");
		client.inbox.next("io.fanfare.ready");
		return client;
	}

	/// Connects and waits for `io.fanfare.ready`.
	/// @param gateway the gateway, whose issuer makes the token
	/// @param user the token's subject
	public static TestClient open(Gateway gateway, String user) {
		return open(gateway.uri(), gateway.issuer().token(user));
	}

	/// Connects as a browser does, and does not wait for events.
	/// @param gateway the gateway; its issuer makes the token
	/// @param user the token's subject
	/// @param query query of the request, such as `cursor=...`; none where empty
	static TestClient connect(Gateway gateway, String user, String query) {
		URI uri = query.isEmpty() ? gateway.uri() : URI.create(gateway.uri() + "?" + query);
		return connect(uri, "cloudevents.json", "bearer." + gateway.issuer().token(user));
	}

	/// Connects, takes the cursor of `io.fanfare.ready`, and leaves.
	static String visit(Gateway gateway, String user) {
		try (TestClient client = connect(gateway, user, "")) {
			return client.inbox.next("io.fanfare.ready").cursor();
		}
	}

	/// Publishes, and returns when the gateway has read it: another session of the user
	/// has
	/// received so many notifications.
	static void awaitRead(Gateway gateway, String user, int count, Runnable publish) {
		try (TestClient witness = connect(gateway, user, "")) {
			publish.run();
			witness.inbox().nextNotifications(count);
		}
	}

	/// Connects as a browser does, with nothing but subprotocols, and does not wait for
	/// events.
	public static TestClient connect(URI uri, String... subprotocols) {
		return connect(HTTP.newWebSocketBuilder(), uri, subprotocols);
	}

	private static TestClient connect(WebSocket.Builder builder, URI uri, String... subprotocols) {
		if (subprotocols.length > 0) {
			builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
		}
		Inbox inbox = new Inbox();
		WebSocket socket = builder.buildAsync(uri, new Listener(inbox))
			.orTimeout(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS)
			.join();
		return new TestClient(inbox, socket);
	}

	@Override
	public Inbox inbox() {
		return this.inbox;
	}

	@Override
	public @Nullable String subprotocol() {
		return this.socket.getSubprotocol().isEmpty() ? null : this.socket.getSubprotocol();
	}

	@Override
	public void send(String text) {
		await(this.socket.sendText(text, true));
	}

	/// Sends one binary message.
	public void send(byte[] bytes) {
		await(this.socket.sendBinary(ByteBuffer.wrap(bytes), true));
	}

	@Override
	public void sendClose(int code, String reason) {
		await(this.socket.sendClose(code, reason));
	}

	@Override
	public void close() {
		this.socket.abort();
	}

	private static void await(CompletionStage<?> sent) {
		try {
			sent.toCompletableFuture().orTimeout(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw new AssertionError("Not sent", ex);
		}
	}

	private static final class Listener implements WebSocket.Listener {

		private final Inbox inbox;

		private final StringBuilder text = new StringBuilder();

		Listener(Inbox inbox) {
			this.inbox = inbox;
		}

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				this.inbox.text(this.text.toString());
				this.text.setLength(0);
			}
			socket.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer payload) {
			this.inbox.ping();
			socket.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
			this.inbox.closed(code, reason);
			return null;
		}

		@Override
		public void onError(WebSocket socket, Throwable error) {
			this.inbox.closed(Close.ABNORMAL, String.valueOf(error));
		}

	}

}
