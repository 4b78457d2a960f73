package io.fanfare.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.socket.WebSocketHandler;

/// Upgrades on Reactor Netty and lets go of the HTTP exchange: an idle session keeps neither
/// the request's headers, nor its Reactor Context, nor a handshake description.
///
/// permessage-deflate is never negotiated: it would break frames shared by all sessions, and
/// inflating is unbounded. Reactor Netty's frame decoder makes room for one that decodes as if
/// there are no extensions (RFC 6455 §5.2), and that leaves the closing to the session: its own
/// would close with bytes of the client unread.
///
/// Threads: the event loop of the connection.
final class NettyUpgrade {

	private final int maxFrameSize;

	private final OpenSockets sockets;

	private final WebSocketDecoderConfig decoding;

	/// @param maxFrameSize bytes of one message from a client at most
	/// @param sockets counts each connection that is upgraded
	NettyUpgrade(int maxFrameSize, OpenSockets sockets) {
		this.maxFrameSize = maxFrameSize;
		this.sockets = sockets;
		this.decoding = WebSocketDecoderConfig.newBuilder()
			.maxFramePayloadLength(maxFrameSize)
			.allowExtensions(false)
			.closeOnProtocolViolation(false)
			.build();
	}

	/// Upgrades a connection, if its client has waited for the answer.
	/// @param subprotocol the one to select, or `null`
	/// @return a publisher that upgrades when it is subscribed to
	Mono<Void> upgrade(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable String subprotocol) {
		HttpServerRequest nettyRequest = ServerHttpRequestDecorator.getNativeRequest(request);
		HttpServerResponse nettyResponse = ServerHttpResponseDecorator.getNativeResponse(response);
		NettyDataBufferFactory bufferFactory = (NettyDataBufferFactory) response.bufferFactory();
		return Mono.defer(() -> channel(nettyRequest).isActive()
				? shakeHands(nettyRequest.requestHeaders(), nettyResponse, handler, subprotocol, bufferFactory)
				: Mono.empty());
	}

	private Mono<Void> shakeHands(HttpHeaders headers, HttpServerResponse response, WebSocketHandler handler,
			@Nullable String subprotocol, NettyDataBufferFactory bufferFactory) {
		WebsocketServerSpec.Builder spec = WebsocketServerSpec.builder()
			.maxFramePayloadLength(this.maxFrameSize)
			.handlePing(true);
		if (subprotocol != null) {
			// Netty reads one header line; the offer may have come in several.
			headers.set("Sec-WebSocket-Protocol", subprotocol);
			spec.protocols(subprotocol);
		}
		return response.sendWebsocket((inbound, outbound) -> {
			headers.clear();
			NettySession session = new NettySession(inbound, outbound, bufferFactory, this.maxFrameSize);
			session.channel()
				.pipeline()
				.replace(WebSocket13FrameDecoder.class, null, new WebSocket13FrameDecoder(this.decoding));
			this.sockets.opened(session.channel());
			return handler.handle(session);
		}, spec.build()).contextWrite((context) -> Context.empty());
	}

	/// Returns the event loop of the request's connection, to be asked on that loop.
	static EventLoop eventLoop(ServerHttpRequest request) {
		HttpServerRequest nettyRequest = ServerHttpRequestDecorator.getNativeRequest(request);
		return channel(nettyRequest).eventLoop();
	}

	private static Channel channel(HttpServerRequest request) {
		return ((ChannelOperations<?, ?>) request).channel();
	}

}
