package io.fanfare.socket;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

import io.fanfare.auth.Identity;
import io.fanfare.session.Admission;
import io.fanfare.session.Beginning;
import io.fanfare.session.LogThread;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.session.Sessions;
import io.fanfare.session.TestSessions;
import io.fanfare.wire.ClientEvent;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Frame;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.unit.DataSize;

/// An echo endpoint at [#PATH] on the gateway's own pipeline, without a token: the same
/// upgrade, decoder, session handler, connection and close as at the endpoint proper.
///
/// Its sessions are never told that they are live, so that nothing but echoes is written.
@Configuration(proxyBeanMethods = false)
class EchoConfiguration {

	static final String PATH = "/echo";

	private static final int MAX_FRAME = 1024 * 1024;

	@Bean
	Endpoint echo(SocketProperties properties, InstantSource clock) {
		MeterRegistry registry = new SimpleMeterRegistry();
		LogThread stopped = new LogThread();
		stopped.close();
		Sessions sessions = TestSessions.bounded(1, DataSize.ofBytes(1), 100, 100, UserLimitPolicy.REFUSE, stopped,
				clock, registry);
		sessions.openGate();
		Connections connections = new Connections(sessions, properties, new Echo(), new SocketMeters(registry), "echo",
				clock);
		NettyUpgrade upgrade = new NettyUpgrade(MAX_FRAME, new OpenSockets());
		return new Endpoint(PATH, (request, response) -> accept(request, response, sessions, connections, upgrade),
				null);
	}

	private static Mono<Void> accept(ServerHttpRequest request, ServerHttpResponse response, Sessions sessions,
			Connections connections, NettyUpgrade upgrade) {
		Instant end = Instant.now().plus(Duration.ofHours(1));
		Identity identity = new Identity("echo", Set.of(), end, end);
		return switch (sessions.admit(identity.user())) {
			case Admission.Admitted(var place) -> {
				SessionHandler handler = connections.session(identity, place, new Beginning.Now());
				yield upgrade.upgrade(request, response, handler, null).doFinally((signal) -> handler.release());
			}
			case Admission.Unavailable(String reason) -> Mono.error(new IllegalStateException(reason));
			case Admission.UserLimit() -> Mono.error(new IllegalStateException("too many"));
		};
	}

	private static final class Echo implements ClientMessages {

		@Override
		public @Nullable CloseCode text(ClientConnection connection, byte[] payload) {
			if (ClientEvent.of(payload) instanceof ClientEvent.NotUtf8) {
				return CloseCode.INVALID_UTF8;
			}
			write(connection, Frame.ofControl(payload));
			return null;
		}

		@Override
		public @Nullable CloseCode binary(ClientConnection connection, byte[] payload) {
			connection.write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(payload)));
			return null;
		}

		private static void write(ClientConnection connection, Frame frame) {
			connection.onNext(frame);
			connection.flush();
		}

	}

}
