package io.fanfare.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/// The closing handshake from our side (RFC 6455 §7.1.2): after our close frame whatever the
/// client still sends is dropped until its own close frame comes, then the connection is
/// closed; at the latest after the close timeout.
///
/// Where the client's frames can no longer be told apart, its close frame cannot be waited for:
/// then our sending direction is ended after our close frame, so that the client sees the end
/// and ends its own (§7.1.1).
///
/// Closing at once, with bytes of the client unread, would reset the connection, and the
/// client might never see the code.
final class GracefulClose extends ChannelInboundHandlerAdapter {

	private final Duration timeout;

	private @Nullable Future<?> timer;

	private GracefulClose(Duration timeout) {
		this.timeout = timeout;
	}

	/// Begins to close. On the channel's event loop.
	/// @param reason at most 123 bytes of UTF-8 (RFC 6455 §5.5)
	/// @param readable whether the client's close frame could be read
	static void begin(Channel channel, int code, String reason, Duration timeout, boolean readable) {
		if (!channel.isActive()) {
			return;
		}
		channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, new GracefulClose(timeout));
		ChannelFuture written = channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
		written.addListener((future) -> {
			if (!future.isSuccess()) {
				drop(channel);
			}
			else if (!readable && channel instanceof DuplexChannel duplex
					&& channel.pipeline().get(SslHandler.class) == null) {
				// Fails where the client was faster, which ends in the same way.
				var _ = duplex.shutdownOutput();
			}
		});
		channel.read();
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.timer = ctx.executor().schedule(() -> drop(ctx.channel()), this.timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		if (this.timer != null) {
			this.timer.cancel(false);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		boolean answered = message instanceof CloseWebSocketFrame;
		ReferenceCountUtil.release(message);
		if (answered) {
			drop(ctx.channel());
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ctx.read();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		drop(ctx.channel());
	}

	/// The outcome is the channel's own close future, which others listen to.
	private static void drop(Channel channel) {
		var _ = channel.close();
	}

}
