package io.fanfare.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

/// One direction of a [ProxiedConnection]: what its source has sent goes to its sink.
///
/// Reads only when the last read is with the sink's kernel, so that a slow side slows the
/// other down and at most one read is held. Threads: the proxy's event loop.
final class Pipe extends ChannelInboundHandlerAdapter {

	private static final int LONGEST_LINE = 256;

	private final ProxiedConnection connection;

	private final SocketChannel source;

	private final SocketChannel sink;

	private final StringBuilder line = new StringBuilder();

	private volatile String firstLine = "";

	private boolean stalled;

	private boolean passing;

	private boolean ended;

	private long bytesToCut = Long.MAX_VALUE;

	private Cut cut = Cut.RST;

	Pipe(ProxiedConnection connection, SocketChannel source, SocketChannel sink) {
		this.connection = connection;
		this.source = source;
		this.sink = sink;
	}

	void start() {
		this.source.pipeline().addLast(this);
		readOn();
	}

	void stall(boolean stall) {
		this.stalled = stall;
		readOn();
	}

	void cutAfter(long bytes, Cut how) {
		this.bytesToCut = bytes;
		this.cut = how;
		if (bytes == 0) {
			this.connection.end(how);
		}
	}

	boolean isEnded() {
		return this.ended;
	}

	String firstLine() {
		return this.firstLine;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.passing = true;
		readOn();
		ByteBuf bytes = (ByteBuf) message;
		noteFirstLine(bytes);
		boolean last = bytes.readableBytes() >= this.bytesToCut;
		if (last) {
			bytes.writerIndex(bytes.readerIndex() + (int) this.bytesToCut);
		}
		if (this.bytesToCut != Long.MAX_VALUE) {
			this.bytesToCut -= bytes.readableBytes();
		}
		this.sink.writeAndFlush(bytes).addListener((written) -> {
			this.passing = false;
			if (last) {
				this.connection.end(this.cut);
			}
			else if (written.isSuccess()) {
				readOn();
			}
			else {
				this.connection.end(Cut.RST);
			}
		});
	}

	/// Without auto-read the channel is not watched: neither bytes nor an end are seen.
	private void readOn() {
		this.source.config().setAutoRead(!this.stalled && !this.passing);
	}

	private void noteFirstLine(ByteBuf bytes) {
		for (int i = bytes.readerIndex(); this.firstLine.isEmpty() && i < bytes.writerIndex(); i++) {
			char next = (char) (bytes.getByte(i) & 0xFF);
			if (next == '\r' || next == '\n' || this.line.length() == LONGEST_LINE) {
				this.firstLine = this.line.toString();
			}
			else {
				this.line.append(next);
			}
		}
	}

	/// The source has sent FIN: the sink gets one, and the other direction goes on.
	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event instanceof ChannelInputShutdownEvent) {
			this.ended = true;
			// A sink that is gone needs no end.
			var _ = this.sink.shutdownOutput();
			this.connection.directionEnded();
		}
	}

	/// The source has sent RST.
	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.connection.end(Cut.RST);
	}

}
