package io.fanfare.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/// The client end of one connection of a session, no more than measuring needs: asks for the
/// upgrade, reads whole server frames (RFC 6455 §5.2), answers pings, remembers the newest
/// cursor, and hands on what it received.
///
/// Threads: the channel's event loop.
final class Receiver extends ChannelInboundHandlerAdapter {

	/// Any key does; the answer to this one is the example of RFC 6455 §1.3.
	private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

	static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

	private static final byte[] END_OF_HEAD = { '\r', '\n', '\r', '\n' };

	/// What the type of each of the gateway's own events begins with.
	private static final byte[] OWN_TYPE = "\"io.fanfare.".getBytes(StandardCharsets.US_ASCII);

	private static final String CURSOR = ",\"cursor\":\"";

	private static final Pattern RETRY_AFTER = Pattern.compile("(?i)\r\nRetry-After: *(\\d{1,5})\r\n");

	private static final int MAX_HEAD = 8 * 1024;

	private static final int TEXT = 0x81;

	private static final int PING = 0x89;

	private static final int PONG = 0x8A;

	private static final int CLOSE = 0x88;

	/// Clients mask (RFC 6455 §5.3); with a key of zeros the payload stays as it is.
	private static final byte[] MASKED_EMPTY_PONG = { (byte) PONG, (byte) 0x80, 0, 0, 0, 0 };

	/// Of a session with this number the first notification is kept as it came, one
	/// without
	/// a cursor rather than one with it, which fewer have.
	private static final int SAMPLED = 0;

	private final int session;

	private final Events events;

	/// The token and what else the request needs, until it is sent.
	private @Nullable String request;

	private @Nullable ByteBuf partial;

	private boolean upgraded;

	private boolean ready;

	private String cursor;

	private byte @Nullable [] sample;

	private boolean plainSample;

	private @Nullable String end;

	private int retryAfterSeconds;

	/// Whether this end cuts the connection, which is then nobody's news.
	private boolean cut;

	private @Nullable ChannelHandlerContext context;

	/// @param session number of the session
	/// @param authority host and port of the gateway
	/// @param from the cursor to go on from, empty for none
	Receiver(int session, String authority, String path, String token, String from, Events events) {
		this.session = session;
		this.events = events;
		this.cursor = from;
		this.request = upgrade(authority, path + (from.isEmpty() ? "" : "?cursor=" + from))
				+ "Sec-WebSocket-Protocol: cloudevents.json\r\nAuthorization: Bearer " + token + "\r\n\r\n";
	}

	/// Returns a request for an upgrade, without the empty line that ends it.
	static String upgrade(String authority, String path) {
		return "GET " + path + " HTTP/1.1\r\nHost: " + authority
				+ "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
				+ KEY + "\r\n";
	}

	/// Returns the newest cursor, empty where there has been none.
	String cursor() {
		return this.cursor;
	}

	/// Returns the first notification of the first session, a whole frame.
	byte @Nullable [] sample() {
		return this.sample;
	}

	/// Returns the text in a frame of less than 64 KB, as [#sample()] is.
	static byte[] payload(byte[] frame) {
		return Arrays.copyOfRange(frame, (frame[1] < 126) ? 2 : 4, frame.length);
	}

	/// Cuts the connection with a TCP reset.
	void cut() {
		this.cut = true;
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
			var _ = ctx.close();
		}
	}

	/// Stops to read from the socket, or goes on.
	void reading(boolean on) {
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			ctx.channel().config().setAutoRead(on);
		}
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
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
			Matcher retryAfter = RETRY_AFTER.matcher(head);
			this.retryAfterSeconds = retryAfter.find() ? Integer.parseInt(retryAfter.group(1)) : 0;
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
			case TEXT -> {
				int digits = text(in, payload, payload + length);
				if (digits >= 0 && this.session == SAMPLED && !this.plainSample) {
					this.plainSample = !in.toString(payload, length, StandardCharsets.UTF_8).contains("\"cursor\":");
					if (this.plainSample || this.sample == null) {
						this.sample = ByteBufUtil.getBytes(in, in.readerIndex(), payload + length - in.readerIndex());
					}
				}
			}
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

	/// @return where the stamp's digits begin, or -1 where it is one of the gateway's own
	private int text(ByteBuf in, int from, int to) {
		long now = System.nanoTime();
		int digits = Stamp.find(in, from, to);
		if (digits >= 0) {
			this.events.notification(this.session, Stamp.read(in, digits), now);
		}
		else {
			own(in.slice(from, to - from), now);
		}
		readCursor(in, from, to);
		return digits;
	}

	/// Takes one of the gateway's own events.
	private void own(ByteBuf event, long now) {
		int type = indexOf(event, OWN_TYPE) + OWN_TYPE.length;
		if (type < OWN_TYPE.length || type + 2 > event.readableBytes()) {
			return;
		}
		switch (event.toString(type, 2, StandardCharsets.US_ASCII)) {
			case "re" -> {
				this.ready = true;
				this.events.ready(this.session);
			}
			case "ca" -> this.events.caughtUp(this.session, now);
			case "ga" -> this.events.gap(this.session, Gap.of(event.toString(StandardCharsets.UTF_8)), now);
			default -> {
				// Nothing to measure.
			}
		}
	}

	/// Reads the cursor, which is the last member where there is one.
	private void readCursor(ByteBuf in, int from, int to) {
		int end = to - 2;
		if (end <= from || in.getByte(end) != '"' || in.getByte(end + 1) != '}') {
			return;
		}
		int start = end;
		while (start > from && in.getByte(start - 1) != '"') {
			start--;
		}
		int member = start - CURSOR.length();
		if (member > from && CURSOR.equals(in.toString(member, CURSOR.length(), StandardCharsets.US_ASCII))) {
			this.cursor = in.toString(start, end - start, StandardCharsets.US_ASCII);
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
		if (!this.cut) {
			this.events.ended(this.session,
					new End(this.ready, (this.end != null) ? this.end : "connection lost", this.retryAfterSeconds));
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.end = cause.toString();
		var _ = ctx.close();
	}

	/// How a connection ended.
	///
	/// @param wasReady whether the session had been ready
	/// @param retryAfterSeconds what the gateway's refusal asked for, 0 for nothing
	record End(boolean wasReady, String why, int retryAfterSeconds) {
	}

	/// What happens to a session. On its event loop.
	interface Events {

		/// The gateway has sent `ready`: every later record reaches the session.
		void ready(int session);

		/// A stamped notification has come.
		/// @param now [System#nanoTime()]
		void notification(int session, Stamp stamp, long now);

		/// Records are left out.
		/// @param now [System#nanoTime()]
		void gap(int session, Gap gap, long now);

		/// The session is live again.
		/// @param now [System#nanoTime()]
		void caughtUp(int session, long now);

		/// The connection is over, or never was.
		void ended(int session, End end);

	}

}
