package io.fanfare.socket;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.fanfare.auth.Identity;
import io.fanfare.session.Beginning;
import io.fanfare.session.Place;
import io.fanfare.session.Sessions;
import io.fanfare.wire.CloseCode;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;

/// Makes the WebFlux handlers of upgraded sockets: one that opens a session, one that only
/// tells why there is none.
final class Connections {

	private final Sessions sessions;

	private final SocketProperties properties;

	private final ClientMessages messages;

	private final SocketMeters meters;

	private final String build;

	private final InstantSource clock;

	private final Map<EventLoop, Heartbeat> heartbeats = new ConcurrentHashMap<>();

	Connections(Sessions sessions, SocketProperties properties, ClientMessages messages, SocketMeters meters,
			String build, InstantSource clock) {
		this.sessions = sessions;
		this.properties = properties;
		this.messages = messages;
		this.meters = meters;
		this.build = build;
		this.clock = clock;
	}

	/// Returns a handler that opens a session in the place. It is good for one socket.
	/// @param beginning where in the log the session begins
	SessionHandler session(Identity identity, Place place, Beginning beginning) {
		return new SessionHandler(this, identity, place, beginning);
	}

	/// Returns a handler that closes with that code.
	WebSocketHandler refusal(CloseCode code, int retryAfterSeconds) {
		String reason = (retryAfterSeconds > 0) ? "retryAfterMs=" + retryAfterSeconds * 1000 : code.reason();
		return (socket) -> {
			this.meters.closed(code);
			Channel channel = ((NettySession) socket).channel();
			GracefulClose.begin(channel, code.code(), reason, this.properties.closeTimeout(), true);
			return closed(channel);
		};
	}

	/// Completes when the channel is closed. Until then Reactor Netty, which closes a
	/// socket whose handler has completed with 1000, is to leave it alone.
	static Mono<Void> closed(Channel channel) {
		return Mono.create((sink) -> channel.closeFuture().addListener((future) -> sink.success()));
	}

	Sessions sessions() {
		return this.sessions;
	}

	ClientMessages messages() {
		return this.messages;
	}

	SocketMeters meters() {
		return this.meters;
	}

	Heartbeat heartbeat(EventLoop eventLoop) {
		return this.heartbeats.computeIfAbsent(eventLoop, (loop) -> new Heartbeat(loop, this.properties, this.build,
				this.clock, this.sessions::ingestLagMs, this.sessions.cursorInterval()));
	}

}
