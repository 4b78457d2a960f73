package io.fanfare.audit;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Does to one connection what its client's [Conduct] says, at the very byte. The first of the
/// channel's handlers. Threads: the event loop.
final class ByteFault extends ChannelInboundHandlerAdapter {

	private final Conduct conduct;

	private final Tally tally;

	private final Consumer<String> log;

	private Conduct.Step step;

	private int left;

	private boolean cut;

	private boolean ended;

	private @Nullable ChannelHandlerContext context;

	/// Whether nothing is done any more.
	private boolean calm;

	/// @param log told what is done
	ByteFault(Conduct conduct, Tally tally, Consumer<String> log) {
		this.conduct = conduct;
		this.log = log;
		this.tally = tally;
		this.step = conduct.next();
		this.left = this.step.bytes();
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
	}

	/// Lets the connection be from now on.
	void calm() {
		this.calm = true;
		if (this.context != null) {
			this.context.channel().config().setAutoRead(true);
		}
	}

	/// Whether the client has ended the connection.
	boolean hasEnded() {
		return this.ended;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ByteBuf bytes = (ByteBuf) message;
		if (this.cut) {
			ReferenceCountUtil.release(message);
		}
		else if (this.calm || this.step.kind() == Conduct.Kind.STAY || bytes.readableBytes() < this.left) {
			this.left -= bytes.readableBytes();
			ctx.fireChannelRead(message);
		}
		else {
			act(ctx, bytes);
		}
	}

	private void act(ChannelHandlerContext ctx, ByteBuf bytes) {
		this.log.accept(this.step.toString());
		switch (this.step.kind()) {
			case RESET, CUT -> {
				this.cut = true;
				this.ended = true;
				ctx.fireChannelRead(bytes.readRetainedSlice(this.left));
				bytes.release();
				boolean reset = this.step.kind() == Conduct.Kind.RESET;
				this.tally.add(reset ? Tally.Count.RESET : Tally.Count.CUT);
				if (reset) {
					ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
				}
				var _ = ctx.close();
			}
			case STALL -> {
				this.tally.add(Tally.Count.STALLED);
				ctx.channel().config().setAutoRead(false);
				var _ = ctx.executor()
					.schedule(() -> ctx.channel().config().setAutoRead(true), this.step.stall().toMillis(),
							TimeUnit.MILLISECONDS);
				next();
				ctx.fireChannelRead(bytes);
			}
			case LEAVE -> {
				this.ended = true;
				this.tally.add(Tally.Count.LEFT);
				this.step = new Conduct.Step(Conduct.Kind.STAY, 0, this.step.stall());
				ctx.fireChannelRead(bytes);
				var _ = ctx.channel().writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
			}
			case STAY -> throw new IllegalStateException();
		}
	}

	private void next() {
		this.step = this.conduct.next();
		this.left = this.step.bytes();
	}

}
