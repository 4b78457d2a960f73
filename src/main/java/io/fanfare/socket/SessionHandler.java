package io.fanfare.socket;

import io.fanfare.auth.Identity;
import io.fanfare.session.Beginning;
import io.fanfare.session.Place;
import io.fanfare.session.Session;
import io.fanfare.wire.CloseCode;
import io.netty.channel.Channel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/// One accepted socket: opens the session, takes what the client sends, and ends the session
/// with the socket. Threads: the channel's event loop.
final class SessionHandler implements WebSocketHandler {

	private static final Logger logger = LoggerFactory.getLogger(SessionHandler.class);

	private final Connections connections;

	private final Identity identity;

	private final Place place;

	private final Beginning beginning;

	private @Nullable ClientConnection connection;

	SessionHandler(Connections connections, Identity identity, Place place, Beginning beginning) {
		this.connections = connections;
		this.identity = identity;
		this.place = place;
		this.beginning = beginning;
	}

	/// Gives the place back where the socket was never opened.
	void release() {
		if (this.connection == null) {
			this.place.release();
		}
	}

	@Override
	public Mono<Void> handle(WebSocketSession socket) {
		Channel channel = ((NettySession) socket).channel();
		ClientConnection opened = open(channel);
		this.connection = opened;
		// Subscribed exactly once: without, FIN, closes and pongs stay unread; cancelling
		// closes.
		return socket.receive()
			.doOnNext((message) -> received(opened, message))
			.then(Mono.fromRunnable(() -> peerClosed(opened.session())))
			.onErrorResume((ex) -> {
				failed(opened, ex);
				return Connections.closed(channel);
			})
			.doFinally((signal) -> {
				opened.session().ended();
				opened.gone();
			})
			.then();
	}

	private ClientConnection open(Channel channel) {
		Heartbeat heartbeat = this.connections.heartbeat(channel.eventLoop());
		ClientConnection[] made = new ClientConnection[1];
		this.connections.sessions()
			.open(this.place, this.identity.addresses(), this.identity.expiresAt(), channel.eventLoop(), this.beginning,
					(session) -> {
						made[0] = new ClientConnection(channel, session, heartbeat, this.identity.endsAt(),
								this.connections.meters());
						return made[0];
					});
		return made[0];
	}

	private void received(ClientConnection from, WebSocketMessage message) {
		from.alive();
		if (from.session().isOver()) {
			return;
		}
		CloseCode refused = switch (message.getType()) {
			case TEXT -> this.connections.messages().text(from, bytes(message));
			case BINARY -> this.connections.messages().binary(from, bytes(message));
			case PING -> {
				from.pong(bytes(message));
				yield null;
			}
			case PONG -> null;
		};
		if (message.getType() == WebSocketMessage.Type.TEXT || message.getType() == WebSocketMessage.Type.BINARY) {
			this.connections.meters().message(refused != null);
		}
		if (refused != null) {
			from.session().end(refused);
		}
	}

	private static byte[] bytes(WebSocketMessage message) {
		DataBuffer payload = message.getPayload();
		byte[] bytes = new byte[payload.readableByteCount()];
		payload.read(bytes);
		return bytes;
	}

	private void peerClosed(Session session) {
		if (!session.isOver()) {
			this.connections.meters().closedByPeer();
		}
	}

	private void failed(ClientConnection from, Throwable ex) {
		Session session = from.session();
		if (session.isOver()) {
			return;
		}
		if (ex instanceof CorruptedWebSocketFrameException corrupted) {
			from.broken(switch (corrupted.closeStatus().code()) {
				case 1007 -> CloseCode.INVALID_UTF8;
				case 1009 -> CloseCode.TOO_BIG;
				default -> CloseCode.PROTOCOL_ERROR;
			});
		}
		else if (ex instanceof TooLongFrameException) {
			session.end(CloseCode.TOO_BIG);
		}
		else {
			logger.debug("Session {} lost its connection", session.id(), ex);
			this.connections.meters().lost();
			session.ended();
		}
	}

}
