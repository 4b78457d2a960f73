package io.fanfare.audit;

import java.nio.charset.StandardCharsets;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/// One connection of a client, from the handshake to its end. Threads: the event loop.
final class Connection extends SimpleChannelInboundHandler<WebSocketFrame> {

	private final TabClient client;

	private String end = "lost";

	private int status;

	Connection(TabClient client) {
		this.client = client;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
		switch (frame) {
			case TextWebSocketFrame text when text.isFinalFragment() ->
				this.client.text(text.content().toString(StandardCharsets.UTF_8));
			case CloseWebSocketFrame close -> {
				this.status = close.statusCode();
				this.end = close.statusCode() + " " + close.reasonText();
				var _ = ctx.close();
			}
			default -> {
				this.end = "unexpected " + frame;
				var _ = ctx.close();
			}
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof WebSocketClientHandshakeException refused && refused.response() != null) {
			this.status = refused.response().status().code();
		}
		this.end = cause.toString();
		var _ = ctx.close();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.client.ended(this.status, this.end);
	}

}
