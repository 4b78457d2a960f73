package io.fanfare.socket;

import java.net.URI;
import java.util.Map;

import io.netty.channel.Channel;
import reactor.core.publisher.Mono;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.adapter.ReactorNettyWebSocketSession;

/// A WebFlux session that keeps nothing of its handshake and shows its channel, so that
/// frames can be written without a wrapper each.
final class NettySession extends ReactorNettyWebSocketSession {

	/// What a handler could know of the handshake is in the session already.
	private static final HandshakeInfo NOTHING = new HandshakeInfo(URI.create("/"), HttpHeaders.EMPTY,
			MultiValueMap.fromSingleValue(Map.of()), Mono.empty(), null, null, Map.of(), null);

	private final Channel channel;

	NettySession(WebsocketInbound inbound, WebsocketOutbound outbound, NettyDataBufferFactory bufferFactory,
			int maxFrameSize) {
		super(inbound, outbound, NOTHING, bufferFactory, maxFrameSize);
		this.channel = ((ChannelOperations<?, ?>) inbound).channel();
	}

	Channel channel() {
		return this.channel;
	}

}
