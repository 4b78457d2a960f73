package io.fanfare.socket;

import java.util.function.Supplier;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

/// Upgrades on Reactor Netty and lets go of the HTTP exchange: an idle session keeps neither
/// the request's headers, nor its Reactor Context, nor a handshake description.
///
/// permessage-deflate is never negotiated: it would break frames shared by all sessions, and
/// inflating is unbounded.
final class NettyUpgrade implements RequestUpgradeStrategy {

	private final int maxFrameSize;

	/// @param maxFrameSize bytes of one message from a client at most
	NettyUpgrade(int maxFrameSize) {
		this.maxFrameSize = maxFrameSize;
	}

	@Override
	public Mono<Void> upgrade(ServerWebExchange exchange, WebSocketHandler handler, @Nullable String subProtocol,
			@Nullable Supplier<HandshakeInfo> unused) {
		ServerHttpResponse response = exchange.getResponse();
		NettyDataBufferFactory bufferFactory = (NettyDataBufferFactory) response.bufferFactory();
		HttpServerRequest nettyRequest = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		HttpServerResponse nettyResponse = ServerHttpResponseDecorator.getNativeResponse(response);
		return response.setComplete()
			.then(Mono.defer(() -> shakeHands(nettyRequest.requestHeaders(), nettyResponse, handler, subProtocol,
					bufferFactory)));
	}

	private Mono<Void> shakeHands(HttpHeaders headers, HttpServerResponse response, WebSocketHandler handler,
			@Nullable String subProtocol, NettyDataBufferFactory bufferFactory) {
		WebsocketServerSpec.Builder spec = WebsocketServerSpec.builder().maxFramePayloadLength(this.maxFrameSize);
		if (subProtocol != null) {
			// Netty reads one header line; the offer may have come in several.
			headers.set("Sec-WebSocket-Protocol", subProtocol);
			spec.protocols(subProtocol);
		}
		int maxSize = this.maxFrameSize;
		return response.sendWebsocket((inbound, outbound) -> {
			headers.clear();
			return handler.handle(new NettySession(inbound, outbound, bufferFactory, maxSize));
		}, spec.build()).contextWrite((context) -> Context.empty());
	}

}
