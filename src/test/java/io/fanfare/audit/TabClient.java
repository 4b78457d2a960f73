package io.fanfare.audit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One client that follows the client rule (`docs/protocol.md` §4): it remembers the newest
/// cursor, and whenever its connection is over it connects again with it, to any gateway.
///
/// Threads: the event loop.
final class TabClient {

	private static final JsonMapper JSON = new JsonMapper();

	private static final String CONTROL = "io.fanfare.";

	private static final int MAX_FRAME = 64 * 1024;

	/// Milliseconds until the next connection at most when all faults are over.
	private static final int MAX_CALM_PAUSE = 300;

	private static final int DRAIN = 1012;

	private static final int TRY_AGAIN_LATER = 1013;

	private static final int SERVICE_UNAVAILABLE = 503;

	private final Tab tab;

	private final String token;

	private final Conduct conduct;

	private final Ledger ledger;

	private final Replicas replicas;

	private final Bootstrap bootstrap;

	private final ChannelGroup channels;

	private final EventLoop eventLoop;

	private final Audit audit;

	private @Nullable String cursor;

	private boolean joined;

	private boolean over;

	/// The next connection, while the client is away.
	private @Nullable Future<?> next;

	private boolean calm;

	private @Nullable ByteFault fault;

	/// Whether the connection is ready.
	private boolean ready;

	/// Whether the connection resumes and has not caught up.
	private boolean resuming;

	private Replicas.@Nullable Visit visit;

	private Duration retryAfter = Duration.ZERO;

	TabClient(Tab tab, String token, Conduct conduct, Ledger ledger, Replicas replicas, Bootstrap bootstrap,
			ChannelGroup channels, EventLoop eventLoop, Audit audit) {
		this.tab = tab;
		this.token = token;
		this.conduct = conduct;
		this.ledger = ledger;
		this.replicas = replicas;
		this.bootstrap = bootstrap;
		this.channels = channels;
		this.eventLoop = eventLoop;
		this.audit = audit;
	}

	Tab tab() {
		return this.tab;
	}

	Ledger ledger() {
		return this.ledger;
	}

	/// Connects for the first time, where it has not yet.
	void join() {
		if (!this.joined) {
			this.joined = true;
			connect();
		}
	}

	/// Lets every connection be from now on.
	void calm() {
		this.calm = true;
		if (this.fault != null) {
			this.fault.calm();
		}
		if (this.next != null && this.next.cancel(false)) {
			connect();
		}
	}

	/// Is not to connect any more.
	void leave() {
		this.over = true;
		if (this.next != null) {
			this.next.cancel(false);
		}
	}

	private void connect() {
		Replicas.Visit to = this.replicas.visit(this.conduct.gateway());
		ByteFault newFault = new ByteFault(this.conduct, this.audit.tally(), this::log);
		if (this.calm) {
			newFault.calm();
		}
		this.visit = to;
		this.fault = newFault;
		this.ready = false;
		this.retryAfter = Duration.ZERO;
		this.resuming = this.cursor != null;
		this.ledger.connecting(this.cursor != null);
		Connection connection = new Connection(this);
		URI uri = URI.create("ws://127.0.0.1:" + to.port() + "/v1/notifications"
				+ ((this.cursor != null) ? "?cursor=" + this.cursor : ""));
		WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
			.webSocketUri(uri)
			.subprotocol("cloudevents.json")
			.customHeaders(new DefaultHttpHeaders().add("Authorization", "Bearer " + this.token))
			.handleCloseFrames(false)
			.maxFramePayloadLength(MAX_FRAME)
			.build();
		var _ = this.bootstrap.clone().handler(new ChannelInitializer<Channel>() {
			@Override
			protected void initChannel(Channel channel) {
				TabClient.this.channels.add(channel);
				channel.pipeline()
					.addLast(newFault, new HttpClientCodec(), new HttpObjectAggregator(MAX_FRAME),
							new WebSocketClientProtocolHandler(config), connection);
			}
		}).connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.port())).addListener((connected) -> {
			if (!connected.isSuccess()) {
				ended(SERVICE_UNAVAILABLE, String.valueOf(connected.cause()));
			}
		});
	}

	/// An event has come.
	void text(String json) {
		JsonNode event = JSON.readTree(json);
		String type = event.path("type").asString("");
		if (!this.ready && !type.equals(CONTROL + "ready")) {
			violation(Violation.Kind.REORDERED, "before ready: " + json);
		}
		if (type.startsWith(CONTROL)) {
			control(type.substring(CONTROL.length()), event.path("data"));
		}
		else {
			JsonNode data = event.path("data");
			this.ledger.notification(event.path("source").asString(""), event.path("id").asString(""),
					data.path("number").asInt(-1), data.path("to").asString(""));
		}
		String newest = event.path("cursor").asString(null);
		if (newest != null) {
			this.cursor = newest;
			this.ledger.cursor(newest);
		}
	}

	private void control(String name, JsonNode data) {
		switch (name) {
			case "ready" -> {
				this.ready = true;
				this.audit.tally().add(Tally.Count.CONNECTIONS);
				if (data.path("resumed").asBoolean()) {
					this.audit.tally().add(Tally.Count.RESUMED);
				}
				this.ledger.ready();
				log("is ready at " + ((this.visit != null) ? this.visit.name() : "") + " as session "
						+ data.path("session").asString("") + " from " + this.cursor);
			}
			case "caughtup" -> {
				if (!this.resuming) {
					this.audit.tally().add(Tally.Count.LAGGED);
				}
				this.resuming = false;
				log("has caught up " + data);
			}
			case "gap" -> {
				log("is told " + data);
				this.ledger.gap(data.path("reason").asString(""), data.path("topic").asString(""),
						data.path("partition").asInt(-1), data.path("from").asLong(-1), data.path("to").asLong(-1));
			}
			case "goaway" -> this.retryAfter = Duration.ofMillis(data.path("retryAfterMs").asLong());
			default -> {
				// A heartbeat says nothing but its cursor.
			}
		}
	}

	/// The connection is over, or never was.
	/// @param status the close code, or the HTTP status of a refusal, or 0
	void ended(int status, String how) {
		if (this.over) {
			return;
		}
		boolean own = this.fault != null && this.fault.hasEnded();
		if (this.ready) {
			log("ended: " + how);
		}
		Duration pause = own ? this.conduct.away() : switch (status) {
			case DRAIN -> this.retryAfter;
			case SERVICE_UNAVAILABLE, TRY_AGAIN_LATER -> {
				this.audit.tally().add(Tally.Count.REFUSED);
				yield this.conduct.backoff();
			}
			default -> {
				this.audit.tally().add(Tally.Count.BROKEN);
				if (status != 0 || this.visit == null || this.visit.isUndisturbed()) {
					violation(Violation.Kind.WRONG_END, status + " " + how);
				}
				yield this.conduct.backoff();
			}
		};
		this.next = this.eventLoop.schedule(this::connect,
				this.calm ? Math.min(pause.toMillis(), MAX_CALM_PAUSE) : pause.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void violation(Violation.Kind kind, String text) {
		this.audit.findings().add(new Violation(kind, this.tab.name(), Violation.NONE, text));
	}

	private void log(String text) {
		this.audit.log().line(this.tab.name() + " " + text);
	}

}
