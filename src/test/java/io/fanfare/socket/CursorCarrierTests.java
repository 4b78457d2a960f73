package io.fanfare.socket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.Notification;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.Admission;
import io.fanfare.session.Beginning;
import io.fanfare.session.Fanout;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.session.SessionSet;
import io.fanfare.session.Sessions;
import io.fanfare.session.TestSessions;
import io.fanfare.wire.Frame;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.NettyPipeline;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// Which frames carry a cursor: `docs/protocol.md` §5.
class CursorCarrierTests {

	private static final Instant EXPIRY = Instant.parse("2026-11-24T10:00:00Z");

	private static final Duration NEVER = Duration.ofDays(3650);

	/// The type of an event, and what stands behind it up to the next one.
	private static final Pattern EVENT = Pattern.compile("\"type\":\"([^\"]+)\"((?:(?!\"type\":).)*)", Pattern.DOTALL);

	private static final String HEARTBEAT = "io.fanfare.heartbeat";

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Sessions sessions = TestSessions.bounded(1000, DataSize.ofMegabytes(1), 10, 10,
			UserLimitPolicy.REFUSE, Runnable::run, () -> Instant.EPOCH, this.registry);

	private long head;

	private @Nullable ClientConnection connection;

	@AfterEach
	void close() {
		connection().gone();
		this.channel.finishAndReleaseAll();
	}

	@Test
	void aNotificationDoesWhenHalfTheIntervalIsOver() throws InterruptedException {
		open(Duration.ofMillis(2));
		Thread.sleep(2);

		publish(10);

		assertThat(written()).containsExactly("note with cursor");
		tick(Duration.ofSeconds(5));
		assertThat(written()).as("there is nothing to be told").isEmpty();
	}

	@Test
	void aHeartbeatDoesWhenNoNotificationDid() {
		open(Duration.ofMinutes(1));

		publish(10);
		assertThat(written()).containsExactly("note");

		tick(Duration.ofSeconds(58));
		assertThat(written()).isEmpty();

		tick(Duration.ofMinutes(1));
		assertThat(written()).containsExactly(HEARTBEAT + " with cursor");
	}

	@Test
	void aNotificationDoesBehindFiveHundredThatDidNot() {
		open(Duration.ofMinutes(30));
		for (int i = 0; i < 1002; i++) {
			publish(10);
		}

		assertThat(written()).hasSize(1002).filteredOn("note with cursor"::equals).hasSize(2);
	}

	/// What is written in the middle of a batch comes before Head has moved.
	@Test
	void theLastOfABatchDoesAndCountsAllOfIt() {
		open(Duration.ZERO);

		publish(20_000, 10);

		String text = text();
		assertThat(text).containsOnlyOnce("\"cursor\":\"");
		assertThat(text).contains("\"cursor\":\"" + Objects.requireNonNull(connection().session().cursor()) + "\"");
	}

	private void open(Duration cursorInterval) {
		this.channel.pipeline().addLast(NettyPipeline.ReactiveBridge, new ChannelInboundHandlerAdapter());
		this.sessions.cluster("cluster");
		PartitionId partition = new PartitionId(new TopicBinding("notifications", "sub", null, "note"), "id", 0, 0);
		List<PartitionStart> begun = List.of(new PartitionStart(partition, 0, 0, 1));
		this.sessions.fanout().begin(begun);
		this.sessions.fanout().send(new HeadUpdate(begun), () -> {
		});
		this.sessions.openGate();
		SocketProperties properties = new SocketProperties("/", NEVER, NEVER, NEVER, NEVER, Duration.ZERO,
				DataSize.ofKilobytes(1), 0, 0, 16);
		Heartbeat heartbeat = new Heartbeat(this.channel.eventLoop(), properties, "test", () -> Instant.EPOCH, () -> 0,
				cursorInterval);
		if (this.sessions.admit("ann") instanceof Admission.Admitted(var place)) {
			this.sessions.open(place, Set.of(new Address("sub", "ann")), EXPIRY, Runnable::run, new Beginning.Now(),
					(session) -> {
						ClientConnection made = new ClientConnection(this.channel, session, heartbeat,
								EXPIRY.plus(NEVER), new SocketMeters(this.registry));
						this.connection = made;
						return made;
					});
		}
		assertThat(written()).containsExactly("io.fanfare.ready with cursor");
	}

	/// Publishes notifications of these sizes in one batch.
	private void publish(int... sizes) {
		Fanout fanout = this.sessions.fanout();
		SessionSet ann = Objects.requireNonNull(fanout.find("sub", "ann".getBytes(StandardCharsets.UTF_8)));
		for (int size : sizes) {
			byte[] event = ("{\"type\":\"note\",\"data\":\"" + "x".repeat(size) + "\"}")
				.getBytes(StandardCharsets.UTF_8);
			fanout.offer(ann, Frame.of(new Notification(new byte[0], event, 0, Notification.NEVER, null), 0,
					this.head++, "sub", List.of("ann".getBytes(StandardCharsets.UTF_8))));
		}
		fanout.send(new HeadUpdate(new int[] { 0 }, new long[] { this.head }), () -> {
		});
	}

	private ClientConnection connection() {
		return Objects.requireNonNull(this.connection);
	}

	private void tick(Duration later) {
		connection().tick(System.nanoTime() + later.toNanos(), 0);
	}

	/// Returns the type of each event written since the last call, and whether it has a
	/// cursor.
	private List<String> written() {
		List<String> events = new ArrayList<>();
		Matcher event = EVENT.matcher(text());
		while (event.find()) {
			events.add(event.group(1) + (event.group(2).contains("\"cursor\":") ? " with cursor" : ""));
		}
		return events;
	}

	private String text() {
		this.channel.runPendingTasks();
		StringBuilder text = new StringBuilder();
		for (ByteBuf bytes = this.channel.readOutbound(); bytes != null; bytes = this.channel.readOutbound()) {
			text.append(bytes.toString(StandardCharsets.ISO_8859_1));
			bytes.release();
		}
		return text.toString();
	}

}
