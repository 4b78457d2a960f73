package io.fanfare.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// The client end of a connection to a [Peer]: asks for the upgrade and counts stamps in what
/// comes, whatever it is wrapped in.
///
/// Threads: the channel's event loop.
final class PeerReceiver extends ChannelInboundHandlerAdapter {

	private static final byte[] END_OF_HEAD = { '\r', '\n', '\r', '\n' };

	private final String request;

	private final String greeting;

	private final Events events;

	private final ByteBuf head = Unpooled.buffer();

	private final MarkCounter stamps = new MarkCounter(Stamp.MARK);

	private final MarkCounter answer = new MarkCounter("PONG\r\n".getBytes(StandardCharsets.US_ASCII));

	private boolean upgraded;

	private boolean ready;

	/// @param greeting sent after the upgrade and answered with a NATS `PONG`; empty for
	/// none
	PeerReceiver(String authority, String path, String greeting, Events events) {
		this.request = Receiver.upgrade(authority, path) + "\r\n";
		this.greeting = greeting;
		this.events = events;
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		var _ = ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), this.request));
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ByteBuf in = (ByteBuf) message;
		try {
			if (!this.upgraded) {
				this.head.writeBytes(in);
				readHead(ctx);
			}
			else if (!this.ready) {
				becomeReady(this.answer.read(in) > 0);
			}
			else {
				this.events.received(this.stamps.read(in));
			}
		}
		finally {
			in.release();
		}
	}

	private void readHead(ChannelHandlerContext ctx) {
		int length = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END_OF_HEAD), this.head);
		if (length < 0) {
			return;
		}
		String text = this.head.toString(0, length, StandardCharsets.ISO_8859_1);
		this.upgraded = text.startsWith("HTTP/1.1 101");
		if (!this.upgraded) {
			this.events.ended("refused: " + text.lines().findFirst().orElse(""));
			return;
		}
		if (!this.greeting.isEmpty()) {
			// A masked binary frame; with a key of zeros the payload stays as it is.
			ByteBuf frame = ctx.alloc().buffer().writeByte(0x82).writeByte(0x80 | this.greeting.length()).writeInt(0);
			frame.writeCharSequence(this.greeting, StandardCharsets.US_ASCII);
			var _ = ctx.writeAndFlush(frame);
		}
		becomeReady(this.greeting.isEmpty());
	}

	private void becomeReady(boolean now) {
		if (now) {
			this.ready = true;
			this.events.ready();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.events.ended("connection lost");
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.events.ended(cause.toString());
	}

	/// What happens to a connection. On its event loop.
	interface Events {

		/// The next message reaches it.
		void ready();

		/// So many messages have come.
		void received(int messages);

		/// The connection is over, or never was.
		void ended(String why);

	}

}
