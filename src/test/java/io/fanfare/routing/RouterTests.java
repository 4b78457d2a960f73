package io.fanfare.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TestRecord;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.Admission;
import io.fanfare.session.Beginning;
import io.fanfare.session.Client;
import io.fanfare.session.Gap;
import io.fanfare.session.LogThread;
import io.fanfare.session.Session;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.session.Sessions;
import io.fanfare.session.TestSessions;
import io.fanfare.wire.BadRecord;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// From records to outboxes: the log thread is the real one, the event loop the test's, and
/// nobody reads the outboxes.
@Timeout(30)
class RouterTests {

	private static final TopicBinding TO_EVERYONE = new TopicBinding("news", Address.EVERYONE_CLAIM, null, "t");

	private static final TopicBinding BY_HEADER = new TopicBinding("orders", "sub", "to", "t");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final LogThread logThread = new LogThread();

	private final Queue<Runnable> loop = new ArrayDeque<>();

	private final List<String> deadLetters = new ArrayList<>();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(BadRecords.class);

	private volatile Instant now = Instant.ofEpochMilli(TestRecord.TIMESTAMP);

	private final Sessions sessions = TestSessions.bounded(100, DataSize.ofMegabytes(1), 10, 10, UserLimitPolicy.REFUSE,
			this.logThread, () -> this.now, this.registry);

	private final Router router = new Router(this.sessions, this.logThread, new Recipients(100),
			(record, reason) -> this.deadLetters.add(record.offset() + " " + reason.tag()), () -> this.now,
			this.registry);

	@BeforeEach
	void openTheGate() {
		TestRecord any = record("1");
		this.router
			.route(List.of(),
					new HeadUpdate(List.of(new PartitionStart(
							new PartitionId(any.binding(), any.topicId(), any.partition(), any.slot()), 0, 0, 8))),
					() -> {
					});
		this.router.topicsSeen();
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void endTheLogThread() {
		this.logger.detachAppender(this.log);
		this.logThread.close();
	}

	@Test
	void deliversToEverySessionOfTheUserAndToNobodyElse() throws Exception {
		Session one = open("alice");
		Session two = open("alice");
		Session other = open("bob");

		route(record("1").key("alice"), record("2").key("nobody"), record("3").key("ALICE"));

		assertThat(one.outbox().size()).isEqualTo(1);
		assertThat(two.outbox().size()).isEqualTo(1);
		assertThat(other.outbox().isEmpty()).isTrue();
		assertThat(outcomes()).isEqualTo(Map.of("routed", 1.0, "absent", 2.0, "expired", 0.0, "bad", 0.0));
	}

	@Test
	void deliversToEveryoneWithoutAKey() throws Exception {
		Session one = open("alice");
		Session two = open("bob");

		route(record("1").boundBy(TO_EVERYONE));

		assertThat(one.outbox().size()).isEqualTo(1);
		assertThat(two.outbox().size()).isEqualTo(1);
	}

	@Test
	void deliversToWhomHeadersNameOnceEach() throws Exception {
		Session one = open("alice");
		Session two = open("bob");

		route(record("1").boundBy(BY_HEADER)
			.key("carol")
			.header("to", "alice")
			.header("to", "bob")
			.header("to", "alice"));

		assertThat(one.outbox().size()).isEqualTo(1);
		assertThat(two.outbox().size()).isEqualTo(1);
	}

	@Test
	void passesARecordByThatNamesNobodyOrTooMany() throws Exception {
		TestRecord hundred = record("1").boundBy(BY_HEADER).at(4);
		TestRecord tooMany = record("1").boundBy(BY_HEADER).at(5).header("to", "u");
		for (int i = 0; i < 100; i++) {
			hundred.header("to", "").header("to", "u");
			tooMany.header("to", "u");
		}

		route(largeRouter(), record("1").at(1), record("1").key("").at(2),
				record("1").boundBy(BY_HEADER).header("to", "").at(3), hundred, tooMany);

		assertThat(this.deadLetters).containsExactly("1 no-recipient", "2 no-recipient", "3 no-recipient",
				"5 too-many-recipients");
	}

	@Test
	void looksAtTombstonesAndSizesOfAllRecordsButAtContentOnlyOfThoseAddressed() throws Exception {
		open("alice");

		route(TestRecord.of((byte[]) null).key("nobody").at(1), record("x".repeat(101)).key("nobody").at(2),
				record("1").key("nobody").header("h", "x".repeat(100)).at(3), record("{").key("nobody").at(4),
				record("{").key("alice").at(5), record("{").boundBy(TO_EVERYONE).at(6));

		assertThat(this.deadLetters).containsExactly("1 tombstone", "2 too-large", "3 too-large", "5 invalid-json",
				"6 invalid-json");
		assertThat(badRecords(BadRecord.INVALID_JSON)).isEqualTo(2);
		assertThat(outcomes()).containsEntry("absent", 1.0).containsEntry("bad", 5.0);
	}

	@Test
	void takesARecordThatIsExactlyAsLargeAsAllowed() throws Exception {
		Session session = open("alice");

		route(record('"' + "x".repeat(98) + '"').key("alice").header("h", "x".repeat(99)));

		assertThat(session.outbox().size()).isEqualTo(1);
	}

	@Test
	void deliversNothingThatHasExpired() throws Exception {
		Session session = open("alice");
		TestRecord expiring = structured("2026-11-24T10:00:00Z");
		TestRecord lasting = structured("2026-11-24T10:00:01Z");
		route(largeRouter(), expiring.key("alice"), lasting.key("alice"));

		assertThat(session.outbox().size()).isEqualTo(1);
		assertThat(outcomes()).containsEntry("expired", 1.0);
	}

	@Test
	void goesOnBehindARecordAtWhichItFails() throws Exception {
		Session session = open("alice");
		LogRecord failing = record("1").at(1).failing();

		route(record("1").key("alice"), failing, record("2").key("alice"));

		assertThat(session.outbox().size()).isEqualTo(2);
		assertThat(badRecords(BadRecord.UNDELIVERABLE)).isEqualTo(1);
		assertThat(this.deadLetters).containsExactly("1 undeliverable");
	}

	/// Or Head would move over what nobody was offered.
	@Test
	void endsAllSessionsWhereABatchCannotBeHandedOn() throws Exception {
		Session session = open("alice");
		HeadUpdate broken = new HeadUpdate(new int[] { 0 }, new long[0]);

		this.router.route(List.of(record("1").key("alice")), broken, () -> {
		});
		settle();

		assertThat(session.isOver()).isTrue();
	}

	@Test
	void tellsThatABatchIsDoneOnceAndWhateverIsInIt() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		open("alice");

		this.router.route(List.of(record("1").failing()), HeadUpdate.NONE,
				() -> assertThat(done.getAndSet(true)).isFalse());
		settle();

		assertThat(done).isTrue();
	}

	@Test
	void logsOneLineForEachReasonAndIntervalWithTheNumberLeftOut() throws Exception {
		route(record("1").at(1), record("1").at(2), record("1").at(3), TestRecord.of((byte[]) null).at(4));
		this.now = this.now.plus(Duration.ofSeconds(10));
		route(record("1").at(5), record("1").at(6));

		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("Passed by record orders-7@1: no-recipient (0 more since the last line)",
					"Passed by record orders-7@4: tombstone (0 more since the last line)",
					"Passed by record orders-7@5: no-recipient (2 more since the last line)");
		assertThat(badRecords(BadRecord.NO_RECIPIENT)).isEqualTo(5);
		assertThat(this.deadLetters).hasSize(6);
	}

	private void route(LogRecord... records) throws Exception {
		route(this.router, records);
	}

	private void route(Router through, LogRecord... records) throws Exception {
		CompletableFuture<Void> done = new CompletableFuture<>();
		through.route(Arrays.asList(records), HeadUpdate.NONE, () -> done.complete(null));
		settle();
		done.get(10, TimeUnit.SECONDS);
	}

	/// Lets the log thread come to its end of work, then the event loop.
	private void settle() throws Exception {
		CompletableFuture.runAsync(() -> {
		}, this.logThread).get(10, TimeUnit.SECONDS);
		while (!this.loop.isEmpty()) {
			this.loop.remove().run();
		}
	}

	private Router largeRouter() {
		return new Router(this.sessions, this.logThread, new Recipients(1024),
				(record, reason) -> this.deadLetters.add(record.offset() + " " + reason.tag()), () -> this.now,
				this.registry);
	}

	private Session open(String user) throws Exception {
		Admission.Admitted admitted = (Admission.Admitted) this.sessions.admit(user);
		Session session = this.sessions.open(admitted.place(), Set.of(new Address("sub", user), Address.EVERYONE),
				Instant.MAX, this.loop::add, new Beginning.Now(), (opened) -> new DeafClient());
		settle();
		return session;
	}

	private Map<String, Double> outcomes() {
		Map<String, Double> outcomes = new TreeMap<>();
		for (String outcome : new String[] { "routed", "absent", "expired", "bad" }) {
			outcomes.put(outcome,
					this.registry.get("fanfare.ingest.records").tag("outcome", outcome).counter().count());
		}
		return outcomes;
	}

	private double badRecords(BadRecord reason) {
		return this.registry.get("fanfare.ingest.bad.records").tag("reason", reason.tag()).counter().count();
	}

	private static TestRecord record(String value) {
		return TestRecord.of(value);
	}

	private static TestRecord structured(String expiry) {
		return TestRecord
			.of("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/o\",\"type\":\"t\",\"expirytime\":\"" + expiry
					+ "\"}")
			.header("content-type", "application/cloudevents+json");
	}

	/// Is live and does not read.
	private static final class DeafClient implements Client {

		@Override
		public void opened(boolean resumed) {
			// Subscribes to nothing.
		}

		@Override
		public void gap(Gap gap) {
			// Tells nobody.
		}

		@Override
		public void caughtUp(long replayed) {
			// Tells nobody.
		}

		@Override
		public void flush() {
			// Has nothing to write.
		}

		@Override
		public void goAway(Duration retryAfter) {
			// Tells nobody.
		}

		@Override
		public void close(CloseCode code) {
			// Has nothing to close.
		}

	}

}
