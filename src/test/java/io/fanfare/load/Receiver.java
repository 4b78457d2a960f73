package io.fanfare.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// The client end of one session, no more than measuring needs: asks for the upgrade, reads
/// whole server frames (RFC 6455 §5.2), answers pings, and hands on what it received.
///
/// Threads: the channel's event loop.
final class Receiver extends ChannelInboundHandlerAdapter {

	/// Any key does; the answer to this one is the example of RFC 6455 §1.3.
	private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

	private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

	private static final byte[] END_OF_HEAD = { '\r', '\n', '\r', '\n' };

	private static final byte[] READY = "io.fanfare.ready".getBytes(StandardCharsets.US_ASCII);

	private static final int MAX_HEAD = 8 * 1024;

	private static final int TEXT = 0x81;

	private static final int PING = 0x89;

	private static final int PONG = 0x8A;

	private static final int CLOSE = 0x88;

	/// Clients mask (RFC 6455 §5.3); with a key of zeros the payload stays as it is.
	private static final byte[] MASKED_EMPTY_PONG = { (byte) PONG, (byte) 0x80, 0, 0, 0, 0 };

	private final int session;

	private final Events events;

	/// The token and what else the request needs, until it is sent.
	private @Nullable String request;

	private @Nullable ByteBuf partial;

	private boolean upgraded;

	private boolean ready;

	private @Nullable String end;

	/// @param session number of the session
	/// @param authority host and port of the gateway
	Receiver(int session, String authority, String path, String token, Events events) {
		this.session = session;
		this.events = events;
		this.request = "GET " + path + " HTTP/1.1\r\nHost: " + authority
				+ "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
				+ KEY + "\r\nSec-WebSocket-Protocol: cloudevents.json\r\nAuthorization: Bearer " + token + "\r\n\r\n";
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		String text = this.request;
		if (text != null) {
			this.request = null;
			// A write that fails closes the channel, which ends the session.
			var _ = ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), text));
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ByteBuf in = (ByteBuf) message;
		if (this.partial != null) {
			in = this.partial.writeBytes(in);
			((ByteBuf) message).release();
			this.partial = null;
		}
		try {
			if (this.upgraded || readHead(in)) {
				readFrames(ctx, in);
			}
			if (this.end != null) {
				var _ = ctx.close();
			}
			else if (in.isReadable()) {
				this.partial = ctx.alloc().heapBuffer(in.readableBytes() * 2).writeBytes(in);
			}
		}
		finally {
			in.release();
		}
	}

	private boolean readHead(ByteBuf in) {
		int length = indexOf(in, END_OF_HEAD);
		if (length < 0) {
			if (in.readableBytes() > MAX_HEAD) {
				this.end = "answer without an end";
			}
			return false;
		}
		String head = in.readCharSequence(length + END_OF_HEAD.length, StandardCharsets.ISO_8859_1).toString();
		this.upgraded = head.startsWith("HTTP/1.1 101") && head.contains(ACCEPT);
		if (!this.upgraded) {
			this.end = "refused: " + head.lines().findFirst().orElse("");
		}
		return this.upgraded;
	}

	private void readFrames(ChannelHandlerContext ctx, ByteBuf in) {
		while (this.end == null && in.readableBytes() >= 2) {
			int start = in.readerIndex();
			int length = in.getByte(start + 1) & 0xFF;
			int header = 2;
			if (length == 126) {
				if (in.readableBytes() < 4) {
					return;
				}
				length = in.getUnsignedShort(start + 2);
				header = 4;
			}
			else if (length > 126) {
				// 64-bit lengths and masked frames: the gateway sends neither.
				this.end = "unexpected frame length";
				return;
			}
			if (in.readableBytes() < header + length) {
				return;
			}
			frame(ctx, in, in.getByte(start) & 0xFF, start + header, length);
			in.readerIndex(start + header + length);
		}
	}

	private void frame(ChannelHandlerContext ctx, ByteBuf in, int first, int payload, int length) {
		switch (first) {
			case TEXT -> text(in, payload, payload + length);
			case PING -> pong(ctx, in, payload, length);
			case CLOSE -> this.end = "closed with " + ((length >= 2)
					? in.getUnsignedShort(payload) + " " + in.toString(payload + 2, length - 2, StandardCharsets.UTF_8)
					: "no code");
			case PONG -> {
				// Nobody asked, which RFC 6455 §5.5.3 allows.
			}
			default -> this.end = "unexpected frame of type 0x" + Integer.toHexString(first);
		}
	}

	private static void pong(ChannelHandlerContext ctx, ByteBuf in, int payload, int length) {
		ByteBuf pong = (length == 0) ? Unpooled.wrappedBuffer(MASKED_EMPTY_PONG)
				: ctx.alloc()
					.buffer(length + 6)
					.writeByte(PONG)
					.writeByte(0x80 | length)
					.writeInt(0)
					.writeBytes(in, payload, length);
		var _ = ctx.writeAndFlush(pong);
	}

	private void text(ByteBuf in, int from, int to) {
		long now = System.nanoTime();
		int digits = Stamp.find(in, from, to);
		if (digits >= 0) {
			this.events.notification(this.session, Stamp.read(in, digits), now);
		}
		else if (!this.ready && indexOf(in.slice(from, to - from), READY) >= 0) {
			this.ready = true;
			this.events.ready(this.session);
		}
	}

	private static int indexOf(ByteBuf in, byte[] what) {
		return ByteBufUtil.indexOf(Unpooled.wrappedBuffer(what), in);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (this.partial != null) {
			this.partial.release();
			this.partial = null;
		}
		this.events.ended(this.session, this.ready, (this.end != null) ? this.end : "connection lost");
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.end = cause.toString();
		var _ = ctx.close();
	}

	/// What happens to a session. On its event loop.
	interface Events {

		/// The gateway has sent `ready`: every later record reaches the session.
		void ready(int session);

		/// A stamped notification has come.
		/// @param now [System#nanoTime()]
		void notification(int session, Stamp stamp, long now);

		/// The session is over, or never was.
		/// @param wasReady whether it had been ready
		void ended(int session, boolean wasReady, String why);

	}

}
