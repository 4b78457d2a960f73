package io.fanfare.socket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.fanfare.session.Admission;
import io.fanfare.session.Beginning;
import io.fanfare.session.LogThread;
import io.fanfare.session.Session;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.session.Sessions;
import io.fanfare.session.TestSessions;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Frame;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.NettyPipeline;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// One connection against the clock, on a channel without a network.
class ClientConnectionTests {

	private static final Instant EXPIRY = Instant.parse("2026-11-24T10:00:00Z");

	private static final Duration INTERVAL = Duration.ofSeconds(25);

	private static final Duration PONG_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

	private final EmbeddedChannel channel = channel();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private Instant wallClock = EXPIRY.minusSeconds(600);

	private final Heartbeat heartbeat = new Heartbeat(
			this.channel.eventLoop(), new SocketProperties("/", INTERVAL, PONG_TIMEOUT, Duration.ofSeconds(60),
					CLOSE_TIMEOUT, Duration.ZERO, DataSize.ofKilobytes(1), 0, 0, 16),
			"test", () -> this.wallClock, () -> 0, Duration.ofSeconds(1));

	private final ClientConnection connection = connect();

	private final Session session = this.connection.session();

	@AfterEach
	void close() {
		this.connection.gone();
		this.channel.finishAndReleaseAll();
	}

	@Test
	void pingsWithinTheFirstInterval() {
		opened();

		this.connection.tick(System.nanoTime() + INTERVAL.toNanos(), 0);

		assertThat(written()).contains("8900").noneMatch((message) -> message.startsWith("close"));
	}

	@Test
	void endsWhenNoPongComesWithinTheTimeoutAndNotBefore() {
		opened();
		ping();

		long flushed = System.nanoTime();
		this.connection.tick(flushed + PONG_TIMEOUT.toNanos() - TimeUnit.SECONDS.toNanos(1), 0);
		assertThat(written()).doesNotContain("close 4408");

		this.connection.tick(flushed + PONG_TIMEOUT.toNanos(), 0);
		assertThat(written()).contains("close 4408");
		assertThat(this.session.isOver()).isTrue();
	}

	@Test
	void goesOnAfterALifeSign() {
		opened();
		ping();

		this.connection.alive();
		this.connection.tick(System.nanoTime() + PONG_TIMEOUT.toNanos(), 0);

		assertThat(this.session.isOver()).isFalse();
	}

	@Test
	void endsWithItsToken() {
		opened();

		this.connection.tick(System.nanoTime(), EXPIRY.toEpochMilli() - 1);
		assertThat(this.session.isOver()).isFalse();

		this.connection.tick(System.nanoTime(), EXPIRY.toEpochMilli());
		assertThat(written()).contains("close 4401");
	}

	@Test
	void isNeverLookedAtTooLateForItsToken() {
		opened();
		this.channel.freezeTime();

		this.wallClock = EXPIRY.minus(Heartbeat.SWEEP).minusMillis(1);
		sweep();
		assertThat(this.session.isOver()).isFalse();

		// The next look is a sweep later, when the token has ended.
		this.wallClock = EXPIRY.minus(Heartbeat.SWEEP);
		sweep();
		assertThat(this.session.isOver()).isTrue();
		this.channel.unfreezeTime();
	}

	@Test
	void writesNothingAfterItsCloseFrame() {
		opened();
		this.session.end(CloseCode.BINARY_FRAME);
		written();

		this.connection.tick(System.nanoTime() + INTERVAL.toNanos(), EXPIRY.toEpochMilli());
		this.session.end(CloseCode.INTERNAL_ERROR);

		assertThat(written()).isEmpty();
	}

	@Test
	void writesReadyOnce() {
		opened();
		this.connection.flush();

		assertThat(written()).singleElement().asString().contains(hex("\"type\":\"io.fanfare.ready\""));
	}

	/// A client that does not read holds the whole buffer, not what is written of it.
	@Test
	void takesLittleMoreRoomThanALargeFrameNeeds() {
		opened();
		written();
		Frame frame = Frame.ofControl(("{" + " ".repeat(30_000) + "}").getBytes(StandardCharsets.UTF_8));

		this.connection.onNext(frame);
		this.connection.onNext(frame);

		ByteBuf buffer = this.channel.readOutbound();
		assertThat(buffer.readableBytes()).isEqualTo(frame.size());
		assertThat(buffer.capacity()).isLessThan(2 * frame.size());
		buffer.release();
	}

	/// The kernel has not taken the first one when the second is written.
	@Test
	void leavesAWriteThatWaitsAsItIs() {
		opened();
		written();
		write("first");
		ByteBuf first = this.channel.readOutbound();
		String before = ByteBufUtil.hexDump(first);

		write("second");

		assertThat(ByteBufUtil.hexDump(first)).isEqualTo(before).contains(hex("first"));
		first.release();
		assertThat(written()).singleElement().asString().contains(hex("second"));
	}

	/// Or it would stay open and silent: nobody looks after a session that is over.
	@Test
	void closesThoughWhatIsLeftCannotBeWritten() {
		opened();
		tell(this.session);
		endMemory();

		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> this.session.end(CloseCode.INTERNAL_ERROR));

		assertThat(written()).contains("close 1011");
	}

	/// Or it would stay open, and nobody would ask its outbox for more.
	@Test
	void endsWhereItCannotGoOnBehindAWrite() {
		opened();
		written();
		endMemory();
		this.connection.onNext(Frame.ofControl(new byte[100_000]));

		this.connection.operationComplete(this.channel.newSucceededFuture());

		assertThat(this.session.isOver()).isTrue();
		assertThat(written()).containsExactly("close 1011");
	}

	@Test
	void looksAtTheOthersWhereOneFails() {
		opened();
		ClientConnection newer = connect();
		newer.opened(false);
		newer.flush();
		this.channel.freezeTime();
		tell(newer.session());
		endMemory();

		this.wallClock = EXPIRY;
		sweep();

		assertThat(newer.session().isOver()).isTrue();
		assertThat(this.session.isOver()).isTrue();
		this.channel.unfreezeTime();
		newer.gone();
	}

	@Test
	void writesWhatWasWholeWhereTheNextFrameFailsMidway() {
		opened();
		written();
		Frame whole = Frame.ofControl(new byte[10_000]);
		this.channel.config().setAllocator(new TestAllocator(whole.size() + 8));
		this.connection.onNext(whole);
		this.connection.onNext(Frame.ofControl("too large".getBytes(StandardCharsets.UTF_8)));

		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(this.connection::flush);
		this.session.fail();

		assertThat(written()).containsExactly("817e2710" + "00".repeat(10_000), "close 1011");
	}

	@Test
	void waitsForTheClientsCloseFrameAndDropsWhatComesBefore() {
		opened();
		this.session.end(CloseCode.FORBIDDEN);
		TextWebSocketFrame late = new TextWebSocketFrame("late");

		this.channel.writeInbound(late);
		assertThat(late.refCnt()).isZero();
		assertThat(this.channel.isOpen()).isTrue();

		this.channel.writeInbound(new CloseWebSocketFrame(4403, ""));
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void closesWithoutAnAnswerAfterTheCloseTimeout() {
		this.channel.freezeTime();
		this.session.end(CloseCode.FORBIDDEN);

		this.channel.advanceTimeBy(CLOSE_TIMEOUT.toMillis() - 1, TimeUnit.MILLISECONDS);
		this.channel.runScheduledPendingTasks();
		assertThat(this.channel.isOpen()).isTrue();

		this.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
		this.channel.runScheduledPendingTasks();
		assertThat(this.channel.isOpen()).isFalse();
		this.channel.unfreezeTime();
	}

	@Test
	void countsOneCloseWhateverHappensAfterIt() {
		this.session.end(CloseCode.PONG_TIMEOUT);
		this.session.end(CloseCode.STALLED);

		assertThat(this.registry.get("fanfare.closes").tag("code", "4408").counter().count()).isEqualTo(1);
		assertThat(this.registry.get("fanfare.closes").tag("code", "4508").counter().count()).isZero();
	}

	private static EmbeddedChannel channel() {
		EmbeddedChannel channel = new EmbeddedChannel();
		channel.pipeline().addLast(NettyPipeline.ReactiveBridge, new ChannelInboundHandlerAdapter());
		return channel;
	}

	private ClientConnection connect() {
		LogThread stopped = new LogThread();
		stopped.close();
		Sessions sessions = TestSessions.bounded(10, DataSize.ofKilobytes(10), 10, 10, UserLimitPolicy.REFUSE, stopped,
				() -> this.wallClock, this.registry);
		sessions.openGate();
		List<ClientConnection> made = new ArrayList<>();
		if (sessions.admit("ann") instanceof Admission.Admitted(var place)) {
			sessions.open(place, Set.of(), EXPIRY, Runnable::run, new Beginning.Now(), (opened) -> {
				made.add(new ClientConnection(this.channel, opened, this.heartbeat, EXPIRY,
						new SocketMeters(this.registry)));
				return made.getFirst();
			});
		}
		return made.getFirst();
	}

	private void opened() {
		this.connection.opened(false);
		this.connection.flush();
	}

	private void write(String text) {
		this.connection.onNext(Frame.ofControl(text.getBytes(StandardCharsets.UTF_8)));
		this.connection.flush();
	}

	private static void tell(Session session) {
		session.tell(Frame.ofControl("{}".getBytes(StandardCharsets.UTF_8)));
	}

	private void endMemory() {
		this.channel.config().setAllocator(new TestAllocator(0));
	}

	private void ping() {
		this.connection.tick(System.nanoTime() + INTERVAL.toNanos(), 0);
		assertThat(written()).contains("8900");
	}

	private void sweep() {
		this.channel.advanceTimeBy(Heartbeat.SWEEP.toMillis(), TimeUnit.MILLISECONDS);
		this.channel.runScheduledPendingTasks();
	}

	/// Returns what has been written since the last call: close frames as `close <code>`,
	/// bytes in hexadecimal.
	private List<String> written() {
		this.channel.runPendingTasks();
		List<String> messages = new ArrayList<>();
		for (Object message = this.channel.readOutbound(); message != null; message = this.channel.readOutbound()) {
			messages.add(switch (message) {
				case CloseWebSocketFrame close -> "close " + close.statusCode();
				case ByteBuf bytes -> ByteBufUtil.hexDump(bytes);
				default -> message.toString();
			});
			ReferenceCountUtil.release(message);
		}
		return messages;
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
	}

	/// Has no memory, or buffers that do not grow.
	private static final class TestAllocator extends AbstractByteBufAllocator {

		private final int size;

		/// @param size bytes of each buffer, 0 for no memory
		TestAllocator(int size) {
			super(true);
			this.size = size;
		}

		@Override
		protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
			return newDirectBuffer(initialCapacity, maxCapacity);
		}

		@Override
		protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
			if (this.size == 0) {
				throw new OutOfMemoryError("A test's error");
			}
			return Unpooled.buffer(this.size, this.size);
		}

		@Override
		public boolean isDirectBufferPooled() {
			return false;
		}

	}

}
