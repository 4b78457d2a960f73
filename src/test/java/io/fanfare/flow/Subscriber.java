package io.fanfare.flow;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/// One user's open socket, for tests that are about records: notifications and heartbeats as
/// text, each in the order of their arrival. Every wait is bounded.
final class Subscriber implements AutoCloseable {

	private static final int WAIT_SECONDS = 30;

	private final HttpClient client = HttpClient.newHttpClient();

	private final BlockingQueue<String> notifications = new LinkedBlockingQueue<>();

	private final BlockingQueue<String> heartbeats = new LinkedBlockingQueue<>();

	private final BlockingQueue<String> ready = new LinkedBlockingQueue<>();

	private final WebSocket socket;

	private Subscriber(Gateway gateway, String token) throws Exception {
		this.socket = this.client.newWebSocketBuilder()
			.header("Authorization", "Bearer " + token)
			.subprotocols("cloudevents.json")
			.buildAsync(gateway.uri(), new Frames())
			.get(WAIT_SECONDS, TimeUnit.SECONDS);
		poll(this.ready);
	}

	/// Connects and waits for `ready`.
	static Subscriber connect(Gateway gateway, String user) throws Exception {
		return connectWith(gateway, gateway.issuer().token(user));
	}

	/// Connects with that token and waits for `ready`.
	static Subscriber connectWith(Gateway gateway, String token) throws Exception {
		return new Subscriber(gateway, token);
	}

	/// Returns the next notification.
	Event next() throws InterruptedException {
		return Event.read(poll(this.notifications));
	}

	/// Returns the `data` of that many notifications.
	List<String> nextData(int count) throws InterruptedException {
		List<String> data = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			data.add(next().data());
		}
		return data;
	}

	/// Returns the lag that the next heartbeat tells, in milliseconds.
	long nextLag() throws InterruptedException {
		return Long.parseLong(poll(this.heartbeats).replaceAll(".*\"ingestLagMs\":(\\d+).*", "$1"));
	}

	/// Forgets the heartbeats that have come.
	void forgetHeartbeats() {
		this.heartbeats.clear();
	}

	boolean isOpen() {
		return !this.socket.isInputClosed() && !this.socket.isOutputClosed();
	}

	private static String poll(BlockingQueue<String> queue) throws InterruptedException {
		String next = queue.poll(WAIT_SECONDS, TimeUnit.SECONDS);
		if (next == null) {
			throw new AssertionError("Nothing came within " + WAIT_SECONDS + " s");
		}
		return next;
	}

	@Override
	public void close() {
		this.socket.abort();
		this.client.close();
	}

	private final class Frames implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
			this.text.append(part);
			if (last) {
				String event = this.text.toString();
				this.text.setLength(0);
				queueOf(event).add(event);
			}
			from.request(1);
			return null;
		}

		private BlockingQueue<String> queueOf(String event) {
			if (event.contains("\"type\":\"io.fanfare.ready\"")) {
				return Subscriber.this.ready;
			}
			return event.contains("\"type\":\"io.fanfare.") ? Subscriber.this.heartbeats
					: Subscriber.this.notifications;
		}

	}

}
