package io.fanfare.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Answers the upgrade of a [Receiver] and says `ready`; after that nothing is expected from the
/// client. Threads: the channel's event loop.
final class FloorUpgrade extends ChannelInboundHandlerAdapter {

	private static final byte[] END_OF_HEAD = { '\r', '\n', '\r', '\n' };

	private static final String READY = "{\"type\":\"io.fanfare.ready\"}";

	private final FloorConnections connections;

	private final ByteBuf head = Unpooled.buffer();

	FloorUpgrade(FloorConnections connections) {
		this.connections = connections;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ByteBuf in = (ByteBuf) message;
		try {
			this.head.writeBytes(in);
		}
		finally {
			in.release();
		}
		if (ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END_OF_HEAD), this.head) < 0) {
			return;
		}
		String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
				+ "Sec-WebSocket-Accept: " + Receiver.ACCEPT + "\r\nSec-WebSocket-Protocol: cloudevents.json\r\n\r\n";
		ByteBuf out = ctx.alloc().buffer();
		out.writeCharSequence(answer, StandardCharsets.US_ASCII);
		out.writeByte(0x81).writeByte(READY.length());
		out.writeCharSequence(READY, StandardCharsets.US_ASCII);
		var _ = ctx.writeAndFlush(out);
		this.connections.add(ctx.channel());
		ctx.pipeline().replace(this, "ignore", new ChannelInboundHandlerAdapter() {
			@Override
			public void channelRead(ChannelHandlerContext context, Object ignored) {
				((ByteBuf) ignored).release();
			}
		});
	}

}
