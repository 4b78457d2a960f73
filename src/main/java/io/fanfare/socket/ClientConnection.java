package io.fanfare.socket;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

import io.fanfare.auth.Identity;
import io.fanfare.session.Client;
import io.fanfare.session.Gap;
import io.fanfare.session.Session;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.ControlEvents;
import io.fanfare.wire.CursorText;
import io.fanfare.wire.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.netty.NettyPipeline;

/// One client's socket: takes frames from the outbox while the channel has room, writes all
/// that came in one go as one buffer, and watches for life.
///
/// Room is what Netty's write-buffer marks say, so that a client that does not read holds at
/// most the high mark and one frame here; everything else stays in the outbox. Pings go ahead
/// of the outbox. Threads: the channel's event loop. Source: RFC 6455 §5.5.
final class ClientConnection implements Client, CoreSubscriber<Frame>, ChannelFutureListener, Frame.Sink {

	private static final Logger logger = LoggerFactory.getLogger(ClientConnection.class);

	/// Bytes gathered before they are written without waiting for the end of the batch.
	private static final int WRITE_SIZE = 16 * 1024;

	/// A ping without payload, the same for all.
	private static final ByteBuf PING = Unpooled
		.unreleasableBuffer(Unpooled.directBuffer(2, 2).writeByte(0x89).writeByte(0x00));

	/// Frames that there is to be room for where one is followed by another.
	private static final int FRAMES_EXPECTED = 4;

	private static final int MAX_FRAMES_BETWEEN_CURSORS = 500;

	private static final long NONE = Long.MAX_VALUE;

	private final Channel channel;

	/// Where whole frames are written: past the handlers that make frames of other
	/// things, of which each would have to be asked. `null` where something between here
	/// and the socket may hold them back.
	private final @Nullable ChannelHandlerContext outlet;

	private final Session session;

	private final Heartbeat heartbeat;

	/// When the token ends the session and when its client is told before, in
	/// milliseconds since the epoch.
	private long endsAt;

	private long noticeAt = NONE;

	private Instant expiresAt;

	/// Whether a fresh token is being judged.
	private boolean refreshing;

	private final SocketMeters meters;

	private final ControlEvents events;

	private @Nullable Subscription outbox;

	/// Frames taken and not yet written.
	private @Nullable ByteBuf gathered;

	/// The frame taken last, which may yet get a cursor.
	private @Nullable Frame tail;

	/// Notifications written since the last cursor, and when the first one was.
	private int framesSinceCursor;

	private long firstSinceCursor;

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

	/// How much of the write that is leaving had left at the last look.
	private long lastWritten;

	/// Whether a write is being made, so that one that completes within waited for
	/// nobody.
	private boolean writing;

	/// Place among the connections of the event loop; owned by [Heartbeat].
	private int index;

	/// @param endsAt when the token ends the session
	ClientConnection(Channel channel, Session session, Heartbeat heartbeat, Instant endsAt, SocketMeters meters) {
		this.channel = channel;
		this.outlet = (channel.pipeline().get(SslHandler.class) == null)
				? channel.pipeline().context(WebSocket13FrameEncoder.class) : null;
		this.session = session;
		this.heartbeat = heartbeat;
		this.expiresAt = session.expiresAt();
		this.endsAt = endsAt.toEpochMilli();
		this.meters = meters;
		this.events = new ControlEvents(session.id());
	}

	Session session() {
		return this.session;
	}

	/// Returns the thread that everything here runs on.
	Executor eventLoop() {
		return this.channel.eventLoop();
	}

	@Override
	public void opened(boolean resumed) {
		long now = System.nanoTime();
		this.lastProgress = now;
		// The first one at any time within the interval, so that those who came together
		// do not stay together.
		this.nextPing = now + (long) (this.heartbeat.intervalNanos() * ThreadLocalRandom.current().nextDouble());
		this.noticeAt = noticeAt();
		this.heartbeat.add(this);
		this.session.outbox().subscribe(this);
		this.session.tell(this.events.ready(this.session.user(), resumed, this.heartbeat.interval(), this.expiresAt,
				this.heartbeat.build()));
	}

	/// Begins to judge a fresh token.
	/// @return whether none is being judged already
	boolean beginRefresh() {
		boolean begun = !this.refreshing;
		this.refreshing = true;
		return begun;
	}

	/// The token could not be judged; the session goes on with the one it has.
	void refreshFailed() {
		this.refreshing = false;
	}

	/// The session has a fresh token.
	void refreshed(Identity identity) {
		this.refreshing = false;
		this.expiresAt = identity.expiresAt();
		this.endsAt = identity.endsAt().toEpochMilli();
		this.noticeAt = noticeAt();
		this.session.refresh(identity.addresses());
		this.session.tell(this.events.tokenAccepted(this.expiresAt));
		write();
	}

	private long noticeAt() {
		return this.expiresAt.minus(this.heartbeat.tokenNotice()).toEpochMilli();
	}

	@Override
	public void gap(Gap gap) {
		this.meters.gap(gap.reason());
		ControlEvents.Range range = new ControlEvents.Range(gap.topic(), gap.partition(), gap.from(), gap.to());
		this.session.tell(this.events.gap(gap.reason().word(), gap.since(), gap.until(), gap.count(),
				this.session.tellsOffsets() ? range : null));
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
			// The tail stays: its cursor is known when all that came with it is here.
			writeGathered();
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
		if (written.isSuccess()) {
			try {
				goOn();
			}
			// An error, too: nobody would ask the outbox for more.
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
		}
	}

	/// Ends the session after something failed that should not.
	void failed(Throwable ex) {
		logger.error("The connection of session {} failed", this.session.id(), ex);
		this.session.fail();
	}

	private void goOn() {
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
		}
		if (hasRoom()) {
			this.session.wantMore();
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
		else if (this.writesInFlight > 0 && !hasProgress(now)
				&& now - this.lastProgress >= this.heartbeat.stallNanos()) {
			this.session.end(CloseCode.STALLED);
		}
		else if (this.noticeAt <= wallClock) {
			this.noticeAt = NONE;
			this.session.tell(this.events.tokenExpiring(this.expiresAt));
			write();
		}
		else if (this.framesSinceCursor > 0 && now - this.firstSinceCursor >= this.heartbeat.lastCursorNanos()
				&& this.session.cursor() != null) {
			tellHeartbeat();
		}
		else if (now - this.nextPing >= 0) {
			this.nextPing = now + this.heartbeat.jitteredInterval();
			beat();
		}
	}

	/// Whether some of a write has left since the last look, however slowly it goes.
	private boolean hasProgress(long now) {
		ChannelOutboundBuffer buffer = this.channel.unsafe().outboundBuffer();
		long progress = (buffer != null) ? buffer.currentProgress() : 0;
		boolean moved = progress != this.lastWritten;
		if (moved) {
			this.lastWritten = progress;
			this.lastProgress = now;
		}
		return moved;
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
		try {
			write();
		}
		finally {
			this.meters.closed(code);
			GracefulClose.begin(this.channel, code.code(), code.reason(), this.heartbeat.closeTimeout(), !this.broken);
		}
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
		// Now: a session that is over knows no cursor of what it has received.
		write();
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
		long room = (this.writesInFlight == 0) ? this.channel.config().getWriteBufferHighWaterMark()
				: this.channel.bytesBeforeUnwritable();
		return room > held();
	}

	/// Returns the bytes taken and not yet written.
	private int held() {
		return ((this.tail != null) ? this.tail.size() : 0)
				+ ((this.gathered != null) ? this.gathered.readableBytes() : 0);
	}

	/// Copies the tail, which another frame follows. A buffer that is made for it has
	/// room for some more of its size, though for no more than [#WRITE_SIZE] beside it.
	private void gatherTail() {
		Frame frame = this.tail;
		if (frame != null) {
			begin(SpareBuffer.FRAMES, (int) Math.min((long) frame.size() * FRAMES_EXPECTED, frame.size() + WRITE_SIZE));
			gather(frame);
		}
	}

	/// Copies the tail as it is.
	private void gather(Frame frame) {
		this.tail = null;
		copy(frame, null);
		if (frame.isNotification() && this.framesSinceCursor++ == 0) {
			this.firstSinceCursor = System.nanoTime();
		}
	}

	/// Copies the tail, which nothing follows, with a cursor where one is known and
	/// due: then everything before it has been written.
	private void gatherLast() {
		Frame frame = this.tail;
		CursorText cursor = (frame != null && this.session.outbox().isEmpty()
				&& (!frame.isNotification() || isCursorDue())) ? this.session.cursor() : null;
		if (frame == null) {
			return;
		}
		if (cursor == null) {
			begin(SpareBuffer.ONE_FRAME, frame.size());
			gather(frame);
			return;
		}
		this.tail = null;
		begin(SpareBuffer.ONE_FRAME, frame.size(cursor));
		copy(frame, cursor);
		this.framesSinceCursor = 0;
		this.lastCursor = System.nanoTime();
	}

	/// Copies a frame, or nothing of it where it fails midway: what is gathered may yet
	/// be
	/// written.
	private void copy(Frame frame, @Nullable CursorText cursor) {
		ByteBuf buffer = Objects.requireNonNull(this.gathered);
		int start = buffer.writerIndex();
		try {
			if (cursor == null) {
				frame.writeTo(this);
			}
			else {
				frame.writeTo(this, cursor);
			}
		}
		catch (RuntimeException | Error ex) {
			buffer.writerIndex(start);
			throw ex;
		}
	}

	private boolean isCursorDue() {
		return this.framesSinceCursor >= MAX_FRAMES_BETWEEN_CURSORS
				|| System.nanoTime() - this.lastCursor >= this.heartbeat.nextCursorNanos();
	}

	/// Begins a write, where none has begun. One behind others that wait for the kernel
	/// gets no more room than it needs.
	/// @param spare what is used where none waits
	/// @param expected how many bytes are expected
	private void begin(SpareBuffer spare, int expected) {
		if (this.gathered == null) {
			this.gathered = (this.writesInFlight == 0) ? spare.take(this.channel.alloc(), expected)
					: this.channel.alloc().directBuffer(expected);
		}
	}

	@Override
	public void put(int octet) {
		Objects.requireNonNull(this.gathered).writeByte(octet);
	}

	@Override
	public void put(byte[] source, int length) {
		Objects.requireNonNull(this.gathered).writeBytes(source, 0, length);
	}

	private void write() {
		gatherLast();
		writeGathered();
		while (this.waiting && hasRoom()) {
			askForMore();
			gatherLast();
			writeGathered();
		}
	}

	private void writeGathered() {
		ByteBuf buffer = this.gathered;
		if (buffer == null) {
			return;
		}
		this.gathered = null;
		if (this.outlet == null) {
			write(buffer);
			return;
		}
		var _ = this.outlet.writeAndFlush(buffer, this.channel.unsafe().voidPromise());
		ChannelOutboundBuffer left = this.channel.unsafe().outboundBuffer();
		if (left != null && !left.isEmpty()) {
			// The kernel had no room. This one completes when it has.
			write(Unpooled.EMPTY_BUFFER);
		}
	}

	/// Writes something, a whole frame or what one is made of.
	void write(Object message) {
		if (this.writesInFlight++ == 0) {
			this.lastProgress = System.nanoTime();
		}
		this.writing = true;
		this.channel.writeAndFlush(message).addListener(this);
		this.writing = false;
	}

}
