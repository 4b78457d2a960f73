package io.fanfare.socket;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.fanfare.session.Client;
import io.fanfare.session.Gap;
import io.fanfare.session.Session;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.ControlEvents;
import io.fanfare.wire.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.netty.NettyPipeline;

/// One client's socket: takes frames from the outbox while the channel has room, writes all
/// that came in one go as one buffer, and watches for life.
///
/// Room is what Netty's write-buffer marks say, so that a client that does not read holds at
/// most the high mark and one frame here; everything else stays in the outbox. Pings go ahead
/// of the outbox. Threads: the channel's event loop. Source: RFC 6455 §5.5.
final class ClientConnection implements Client, CoreSubscriber<Frame>, ChannelFutureListener {

	/// Bytes gathered before they are written without waiting for the end of the batch.
	private static final int WRITE_SIZE = 16 * 1024;

	/// A ping without payload, the same for all.
	private static final ByteBuf PING = Unpooled
		.unreleasableBuffer(Unpooled.directBuffer(2, 2).writeByte(0x89).writeByte(0x00));

	private static final int MAX_FRAMES_BETWEEN_CURSORS = 500;

	private static final long NONE = Long.MAX_VALUE;

	private final Channel channel;

	private final Session session;

	private final Heartbeat heartbeat;

	private final long endsAt;

	private final SocketMeters meters;

	private final ControlEvents events;

	private @Nullable Subscription outbox;

	/// Frames taken and not yet written.
	private @Nullable ByteBuf gathered;

	/// The frame taken last, which may yet get a cursor.
	private @Nullable Frame tail;

	/// Notifications written since the last cursor.
	private int framesSinceCursor;

	private long lastCursor;

	/// Whether the outbox has been told to wait.
	private boolean waiting;

	private int writesInFlight;

	private boolean pingInFlight;

	/// Payload of the client's last ping, where it is not answered yet.
	private byte @Nullable [] pong;

	/// Whether the client's frames can no longer be told apart.
	private boolean broken;

	/// Nanosecond times of [System#nanoTime()], or [#NONE].
	private long nextPing;

	private long pongDeadline = NONE;

	private long lastProgress;

	/// Whether a write is being made, so that one that completes within waited for
	/// nobody.
	private boolean writing;

	/// Place among the connections of the event loop; owned by [Heartbeat].
	private int index;

	/// @param endsAt when the token ends the session, in milliseconds since the epoch
	ClientConnection(Channel channel, Session session, Heartbeat heartbeat, long endsAt, SocketMeters meters) {
		this.channel = channel;
		this.session = session;
		this.heartbeat = heartbeat;
		this.endsAt = endsAt;
		this.meters = meters;
		this.events = new ControlEvents(session.id());
	}

	Session session() {
		return this.session;
	}

	@Override
	public void opened(boolean resumed) {
		long now = System.nanoTime();
		this.lastProgress = now;
		// The first one at any time within the interval, so that those who came together
		// do not stay together.
		this.nextPing = now + (long) (this.heartbeat.intervalNanos() * ThreadLocalRandom.current().nextDouble());
		this.heartbeat.add(this);
		this.session.outbox().subscribe(this);
		this.session.tell(this.events.ready(this.session.user(), resumed, this.heartbeat.interval(),
				this.session.expiresAt(), this.heartbeat.build()));
	}

	@Override
	public void gap(Gap gap) {
		this.meters.gap(gap.reason());
		this.session.tell(this.events.gap(gap.reason().word(), gap.topic(), gap.partition(), gap.from(), gap.to()));
	}

	@Override
	public void caughtUp(long replayed) {
		this.session.tell(this.events.caughtUp(replayed));
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.outbox = subscription;
		subscription.request(1);
	}

	@Override
	public void onNext(Frame frame) {
		gatherTail();
		this.tail = frame;
		if (this.gathered != null && this.gathered.readableBytes() >= WRITE_SIZE) {
			write();
		}
		askForMore();
	}

	@Override
	public void onError(Throwable ex) {
		this.session.end(CloseCode.INTERNAL_ERROR);
	}

	@Override
	public void onComplete() {
		// An outbox ends by being cancelled.
	}

	@Override
	public void flush() {
		write();
		if (hasRoom()) {
			this.session.wantMore();
		}
	}

	/// A write has left, or failed with the connection.
	@Override
	public void operationComplete(ChannelFuture written) {
		this.writesInFlight--;
		if (!written.isSuccess()) {
			return;
		}
		this.lastProgress = System.nanoTime();
		if (!this.writing) {
			// The kernel had no room, and has it now: the client acknowledged something.
			alive();
		}
		if (!this.session.isOver()) {
			writePong();
		}
		if (this.waiting) {
			askForMore();
			write();
			if (hasRoom()) {
				this.session.wantMore();
			}
		}
	}

	/// The client has shown life.
	void alive() {
		this.pongDeadline = NONE;
	}

	/// Answers a ping; of those that find the channel full only the last (RFC 6455
	/// §5.5.3), so that a client that pings and does not read costs no memory.
	void pong(byte[] payload) {
		this.pong = payload;
		writePong();
	}

	private void writePong() {
		if (this.pong != null && hasRoom()) {
			PongWebSocketFrame frame = new PongWebSocketFrame(Unpooled.wrappedBuffer(this.pong));
			this.pong = null;
			write(frame);
		}
	}

	/// Looks at the clock.
	/// @param now [System#nanoTime()]
	/// @param wallClock what token expiry is held against, in milliseconds since the
	/// epoch
	void tick(long now, long wallClock) {
		if (this.session.isOver()) {
			// Nothing goes out after the close frame (RFC 6455 §5.5.1).
			return;
		}
		if (this.endsAt <= wallClock) {
			this.session.end(CloseCode.UNAUTHENTICATED);
		}
		else if (this.pongDeadline != NONE && now - this.pongDeadline >= 0) {
			this.session.end(CloseCode.PONG_TIMEOUT);
		}
		else if (this.writesInFlight > 0 && now - this.lastProgress >= this.heartbeat.stallNanos()) {
			this.session.end(CloseCode.STALLED);
		}
		else if (this.framesSinceCursor > 0 && this.session.cursor() != null
				&& now - this.lastCursor >= this.heartbeat.cursorNanos()) {
			tellHeartbeat();
		}
		else if (now - this.nextPing >= 0) {
			this.nextPing = now + this.heartbeat.jitteredInterval();
			beat();
		}
	}

	private void beat() {
		if (!this.pingInFlight) {
			this.pingInFlight = true;
			this.channel.writeAndFlush(PING.duplicate()).addListener((ping) -> {
				this.pingInFlight = false;
				if (ping.isSuccess() && this.pongDeadline == NONE) {
					this.pongDeadline = System.nanoTime() + this.heartbeat.pongNanos();
				}
			});
		}
		tellHeartbeat();
	}

	/// Sends the event that carries a cursor, unless something waits that may.
	private void tellHeartbeat() {
		if (this.session.outbox().isEmpty()) {
			this.session.tell(this.events.heartbeat(this.heartbeat.ingestLagMs()));
			write();
		}
	}

	@Override
	public void close(CloseCode code) {
		write();
		this.meters.closed(code);
		GracefulClose.begin(this.channel, code.code(), code.reason(), this.heartbeat.closeTimeout(), !this.broken);
	}

	/// Ends the session because nothing that the client sends can be read any more.
	void broken(CloseCode code) {
		this.broken = true;
		this.session.end(code);
	}

	/// Releases what was not written. The session is over and the channel closed.
	void gone() {
		this.heartbeat.remove(this);
		if (this.gathered != null) {
			this.gathered.release();
			this.gathered = null;
		}
		// Reports a message cut off by the end of the connection as an error nobody asked
		// for.
		if (this.channel.pipeline().get(NettyPipeline.WsFrameAggregator) != null) {
			this.channel.pipeline().remove(NettyPipeline.WsFrameAggregator);
		}
	}

	@Override
	public void goAway(Duration retryAfter) {
		this.session.tell(this.events.goaway(retryAfter, this.heartbeat.build()));
	}

	int index() {
		return this.index;
	}

	void index(int newIndex) {
		this.index = newIndex;
	}

	private void askForMore() {
		this.waiting = !hasRoom();
		if (!this.waiting && this.outbox != null) {
			this.outbox.request(1);
		}
	}

	/// Whether more may be written. Netty counts a write's bytes until after its
	/// listeners have run, so at the last write's end the channel is not yet
	/// writable.
	private boolean hasRoom() {
		return this.writesInFlight == 0 || this.channel.isWritable();
	}

	/// Copies the tail, which something follows, as it is.
	private void gatherTail() {
		Frame frame = this.tail;
		if (frame != null) {
			this.tail = null;
			gather(frame.bytes());
			if (frame.isNotification()) {
				this.framesSinceCursor++;
			}
		}
	}

	/// Copies the tail, which nothing follows, with a cursor where one is known and
	/// due: then everything before it has been written.
	private void gatherLast() {
		Frame frame = this.tail;
		String cursor = (frame != null && this.session.outbox().isEmpty() && (!frame.isNotification() || isCursorDue()))
				? this.session.cursor() : null;
		if (frame == null || cursor == null) {
			gatherTail();
			return;
		}
		this.tail = null;
		gather(frame.bytesWithCursor(cursor));
		this.framesSinceCursor = 0;
		this.lastCursor = System.nanoTime();
	}

	private boolean isCursorDue() {
		return this.framesSinceCursor >= MAX_FRAMES_BETWEEN_CURSORS
				|| System.nanoTime() - this.lastCursor >= this.heartbeat.cursorNanos();
	}

	private void gather(byte[] bytes) {
		if (this.gathered == null) {
			this.gathered = this.channel.alloc().directBuffer(bytes.length);
		}
		this.gathered.writeBytes(bytes);
	}

	private void write() {
		gatherLast();
		ByteBuf buffer = this.gathered;
		if (buffer == null) {
			return;
		}
		this.gathered = null;
		write(buffer);
	}

	private void write(Object message) {
		if (this.writesInFlight++ == 0) {
			this.lastProgress = System.nanoTime();
		}
		this.writing = true;
		this.channel.writeAndFlush(message).addListener(this);
		this.writing = false;
	}

}
