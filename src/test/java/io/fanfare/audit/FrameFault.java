package io.fanfare.audit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/// Does wrong to one notification on its way to a client: which one, and what, is marked in its
/// data. The last of a gateway's handlers before the socket; sees whole frames.
///
/// Threads: the channel's event loop.
final class FrameFault extends ChannelOutboundHandlerAdapter {

	private static final int TEXT = 0x81;

	private static final Pattern USER = Pattern.compile("\"type\":\"io\\.fanfare\\.ready\".*\"user\":\"([^\"]+)\"");

	private static final Pattern MARK = Pattern.compile("\"id\":\"([^\"]+)\".*\"fault\":\"([A-Z_]+)\"");

	private static final Pattern PARTITION = Pattern.compile("\"id\":\"([^\"]+)-\\d+\"");

	/// Ids of marked notifications that have come by.
	private static final Set<String> DONE = ConcurrentHashMap.newKeySet();

	/// One channel of each user.
	private static final Map<String, Channel> CHANNELS = new ConcurrentHashMap<>();

	private @Nullable Kind todo;

	private byte @Nullable [] held;

	private String heldPartition = "";

	private String user = "";

	/// Returns what goes into the data of the notification that is to be done wrong.
	static String mark(Kind kind) {
		return ",\"fault\":\"" + kind + "\"";
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (!(message instanceof ByteBuf in) || !in.isReadable() || in.getUnsignedByte(in.readerIndex()) != TEXT) {
			var _ = ctx.write(message, promise);
			return;
		}
		ByteBuf out = ctx.alloc().buffer(in.readableBytes());
		while (in.isReadable()) {
			byte[] frame = new byte[length(in)];
			in.readBytes(frame);
			frame(ctx, frame, out);
		}
		in.release();
		var _ = ctx.write(out, promise);
	}

	private static int length(ByteBuf in) {
		int length = in.getByte(in.readerIndex() + 1);
		return (length == 126) ? 4 + in.getUnsignedShort(in.readerIndex() + 2) : 2 + length;
	}

	private void frame(ChannelHandlerContext ctx, byte[] frame, ByteBuf out) {
		String text = new String(frame, StandardCharsets.UTF_8);
		Matcher ready = USER.matcher(text);
		if (ready.find()) {
			this.user = ready.group(1);
			CHANNELS.put(this.user, ctx.channel());
		}
		Matcher mark = MARK.matcher(text);
		if (mark.find() && DONE.add(mark.group(1))) {
			this.todo = Kind.valueOf(mark.group(2));
			System.out.println("to " + this.user + ": " + this.todo + " from " + mark.group(1) + " on");
		}
		Matcher partition = PARTITION.matcher(text);
		if (!text.contains("\"source\":\"/kafka/") || !partition.find()) {
			out.writeBytes(frame);
			return;
		}
		boolean withCursor = text.contains("\"cursor\":\"");
		Kind kind = this.todo;
		if (this.held != null && this.heldPartition.equals(partition.group(1))) {
			out.writeBytes(frame).writeBytes(this.held);
			this.held = null;
			return;
		}
		if (kind == null || (withCursor ? kind == Kind.LOSE : kind == Kind.LOSE_WITH_CURSOR)) {
			out.writeBytes(frame);
			return;
		}
		this.todo = null;
		System.out.println("to " + this.user + ": " + kind + " " + text);
		switch (kind) {
			case LOSE, LOSE_WITH_CURSOR -> {
				// Nothing is written.
			}
			case DUPLICATE -> out.writeBytes(frame).writeBytes(frame);
			case REORDER -> {
				this.held = frame;
				this.heldPartition = partition.group(1);
			}
			case MISDELIVER -> {
				out.writeBytes(frame);
				misdeliver(frame);
			}
		}
	}

	private void misdeliver(byte[] frame) {
		CHANNELS.entrySet()
			.stream()
			.filter((other) -> !other.getKey().equals(this.user) && other.getValue().isActive())
			.map(Map.Entry::getValue)
			.forEach((channel) -> channel.eventLoop().execute(() -> {
				var _ = channel.writeAndFlush(channel.alloc().buffer().writeBytes(frame));
			}));
	}

	enum Kind {

		/// The marked one, or the next one without a cursor, is not written.
		LOSE,

		/// The marked one, or the next one with a cursor, is not written.
		LOSE_WITH_CURSOR,

		/// It is written twice.
		DUPLICATE,

		/// It is written after the next one of its partition.
		REORDER,

		/// It is written to somebody else, too.
		MISDELIVER

	}

}
