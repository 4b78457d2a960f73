package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.Notification;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Frame;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// Admission, and the way of a batch from the log thread over event loops to clients. The log
/// thread is the real one, the event loops are the test's.
@Timeout(30)
class SessionsTests {

	private static final TopicBinding EVERYONE = new TopicBinding("news", Address.EVERYONE_CLAIM, null, "type");

	private final LogThread logThread = new LogThread();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final TestLoop loop = new TestLoop();

	private final TestLoop otherLoop = new TestLoop();

	private final List<TestClient> clients = new ArrayList<>();

	private Sessions sessions = sessions(4, 2, UserLimitPolicy.REFUSE);

	@BeforeEach
	void beginPartitions() throws Exception {
		begin();
	}

	@AfterEach
	void endTheLogThread() {
		this.logThread.close();
	}

	@Test
	void admitsNobodyBeforeTheGateIsOpenAndAfterTheDrainBegan() {
		assertThat(this.sessions.admit("alice")).isEqualTo(new Admission.Unavailable("not-ready"));

		this.sessions.openGate();
		assertThat(this.sessions.admit("alice")).isInstanceOf(Admission.Admitted.class);

		this.sessions.startDrain();
		this.sessions.openGate();
		assertThat(this.sessions.admit("alice")).isEqualTo(new Admission.Unavailable("draining"));
	}

	@Test
	void admitsAsManyAsTheReplicaHolds() {
		this.sessions.openGate();
		Place first = admit("u0");
		for (int i = 1; i < 4; i++) {
			admit("u" + i);
		}

		assertThat(this.sessions.admit("u4")).isEqualTo(new Admission.Unavailable("full"));
		first.release();
		first.release();
		admit("u5");
		assertThat(this.sessions.admit("u6")).as("a place is given back once")
			.isEqualTo(new Admission.Unavailable("full"));
	}

	@Test
	void admitsAsManyOfOneUserAsOneMayHave() {
		this.sessions.openGate();
		Place first = admit("alice");
		admit("alice");

		assertThat(this.sessions.admit("alice")).isEqualTo(new Admission.UserLimit());
		admit("bob");
		first.release();
		admit("alice");
	}

	@Test
	void displacesTheOldestSessionWhereThatIsThePolicy() throws Exception {
		this.sessions = sessions(4, 2, UserLimitPolicy.DISPLACE);
		this.sessions.openGate();
		TestClient oldest = open("alice");
		TestClient newer = open("alice");

		TestClient newest = open("alice");

		assertThat(oldest.told()).endsWith("DISPLACED");
		assertThat(newer.told()).doesNotContain("DISPLACED");
		assertThat(newest.told()).doesNotContain("DISPLACED");
		assertThat(this.sessions.size()).isEqualTo(2);
	}

	@Test
	void givesThePlaceBackWhenASessionEnds() throws Exception {
		this.sessions.openGate();
		open("alice");
		open("alice");

		this.sessions.forEach((session) -> session.end(CloseCode.NORMAL));
		this.sessions.forEach(Session::ended);

		assertThat(this.sessions.size()).isZero();
		open("alice");
		open("alice");
	}

	@Test
	void closesASessionThatOpensWhileTheReplicaDrains() throws Exception {
		this.sessions.openGate();
		Place place = admit("alice");
		this.sessions.startDrain();

		TestClient late = open(place, this.loop, Address.EVERYONE);

		assertThat(late.told()).contains("DRAIN").doesNotContain("live");
		assertThat(this.sessions.size()).isZero();
	}

	@Test
	void tellsADrainedSessionFirstToGoAway() throws Exception {
		this.sessions.openGate();
		TestClient client = open("alice");

		this.sessions.forEach((session) -> session.drain(Duration.ofSeconds(1)));
		this.loop.run();

		assertThat(client.told()).containsExactly("live", "goaway", "DRAIN");
	}

	@Test
	void sendsOneTaskPerLoopAndBatchWithWhichHeadMoves() throws Exception {
		this.sessions.openGate();
		TestClient one = open("alice");
		TestClient two = open("alice");
		TestClient far = open(admit("bob"), this.otherLoop, new Address("sub", "bob"), Address.EVERYONE);
		CompletableFuture<Void> done = new CompletableFuture<>();

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			fanout.offer(find("sub", "alice"), frame("a"));
			fanout.offer(find("everyone", ""), frame("b"));
			fanout.offer(find("sub", "bob"), frame("c"));
			fanout.send(new HeadUpdate(new int[] { 2 }, new long[] { 7 }), () -> done.complete(null));
		});

		assertThat(this.loop.waiting()).isEqualTo(1);
		assertThat(this.otherLoop.waiting()).isEqualTo(1);
		SessionLoop sessionLoop = one.session().loop();
		assertThat(sessionLoop.view().head(2)).isZero();
		this.loop.run();
		assertThat(one.told()).containsExactly("live", "a", "b", "flush");
		assertThat(two.told()).containsExactly("live", "a", "b", "flush");
		assertThat(sessionLoop.view().head(2)).isEqualTo(7);
		assertThat(sessionLoop.view().head(1)).isZero();
		assertThat(done).as("the other loop is not done").isNotDone();
		this.otherLoop.run();
		assertThat(far.told()).containsExactly("live", "b", "c", "flush");
		assertThat(done).isDone();
	}

	@Test
	void wakesNoLoopThatIsOfferedNothing() throws Exception {
		this.sessions.openGate();
		open(admit("alice"), this.loop, Address.EVERYONE);
		TestClient far = open(admit("bob"), this.otherLoop, new Address("sub", "bob"));
		CompletableFuture<Void> done = new CompletableFuture<>();

		onLogThread(() -> {
			this.sessions.fanout().offer(find(Address.EVERYONE_CLAIM, ""), frame("a"));
			moveHead(7, () -> done.complete(null));
		});

		assertThat(this.otherLoop.waiting()).isZero();
		assertThat(far.session().loop().view().head(0)).as("moves when it is looked at").isEqualTo(7);
		assertThat(done).as("the loop that has a delivery is not done").isNotDone();
		this.loop.run();
		assertThat(done).isDone();
	}

	@Test
	void movesHeadBehindWhatWasPostedBefore() throws Exception {
		this.sessions.openGate();
		TestClient client = open(admit("alice"), this.loop, Address.EVERYONE);

		onLogThread(() -> {
			this.sessions.fanout().offer(find(Address.EVERYONE_CLAIM, ""), frame("a"));
			moveHead(1, () -> {
			});
			moveHead(2, () -> {
			});
		});

		SessionLoop sessionLoop = client.session().loop();
		assertThat(sessionLoop.view().head(0)).as("before the delivery").isZero();
		this.loop.run();
		assertThat(sessionLoop.view().head(0)).isEqualTo(2);
	}

	/// Its cursor would have what only its fresh addresses had as received.
	@Test
	void movesHeadBehindARefreshThatTheSessionDoesNotKnowYet() throws Exception {
		this.sessions.openGate();
		TestClient client = open(admit("alice"), this.loop, new Address("sub", "alice"), Address.EVERYONE);

		client.session().refresh(Set.of(new Address("sub", "alice")));
		onLogThread(() -> moveHead(1, () -> {
		}));

		SessionLoop sessionLoop = client.session().loop();
		assertThat(sessionLoop.view().head(0)).as("before the refresh").isZero();
		this.loop.run();
		assertThat(sessionLoop.view().head(0)).isEqualTo(1);
	}

	@Test
	void wakesALoopWhereManyMovesOfHeadWait() throws Exception {
		this.sessions.openGate();
		TestClient client = open(admit("alice"), this.loop, Address.EVERYONE);

		for (int i = 1; i <= SessionLoop.MAX_MOVES_WAITING; i++) {
			int next = i;
			onLogThread(() -> moveHead(next, () -> {
			}));
		}
		assertThat(this.loop.waiting()).isZero();
		onLogThread(() -> moveHead(1000, () -> {
		}));

		assertThat(this.loop.waiting()).isEqualTo(1);
		this.loop.run();
		assertThat(client.session().loop().view().head(0)).isEqualTo(1000);
	}

	@Test
	void givesARecordOnceToASessionThatIsNamedTwice() throws Exception {
		this.sessions.openGate();
		TestClient both = open(admit("alice"), this.loop, new Address("groups", "a"), new Address("groups", "b"));
		TestClient single = open(admit("bob"), this.loop, new Address("groups", "b"));

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			fanout.offer(List.of(find("groups", "a"), find("groups", "b")), frame("x"));
			fanout.offer(List.of(find("groups", "b"), find("groups", "a")), frame("y"));
			fanout.send(HeadUpdate.NONE, () -> {
			});
		});
		this.loop.run();

		assertThat(both.told()).containsExactly("live", "x", "y", "flush");
		assertThat(single.told()).containsExactly("live", "x", "y", "flush");
	}

	@Test
	void tellsASessionThatItIsLiveBeforeItsFirstRecord() throws Exception {
		this.sessions.openGate();
		Place place = admit("alice");
		this.sessions.open(place, Set.of(new Address("sub", "alice")), Instant.MAX, this.loop, new Beginning.Now(),
				this::client);

		onLogThread(() -> {
			this.sessions.fanout().offer(find("sub", "alice"), frame("a"));
			this.sessions.fanout().send(HeadUpdate.NONE, () -> {
			});
		});
		this.loop.run();

		assertThat(this.clients.getLast().told()).containsExactly("live", "a", "flush");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void keepsTheFailureOfOneOfManySessionsFromTheOthers(Runnable failure) throws Exception {
		this.sessions.openGate();
		List<TestClient> many = openMany(Fanout.ROSTER_FROM);
		many.get(1).failAtWrites(failure);

		sendToEveryone("x", new CompletableFuture<>());

		assertThat(many.get(1).told()).containsExactly("live", "INTERNAL_ERROR");
		assertThat(List.of(many.getFirst(), many.getLast()))
			.allSatisfy((client) -> assertThat(client.told()).containsExactly("live", "x", "flush"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void keepsTheFailureOfOneSessionFromTheOthers(Runnable failure) throws Exception {
		this.sessions.openGate();
		TestClient before = open(admit("a"), this.loop, Address.EVERYONE);
		TestClient broken = open(admit("b"), this.loop, Address.EVERYONE);
		TestClient after = open(admit("c"), this.loop, Address.EVERYONE);
		broken.failAtWrites(failure);
		CompletableFuture<Void> done = new CompletableFuture<>();

		sendToEveryone("x", done);
		sendToEveryone("y", new CompletableFuture<>());

		assertThat(before.told()).containsExactly("live", "x", "flush", "y", "flush");
		assertThat(after.told()).containsExactly("live", "x", "flush", "y", "flush");
		assertThat(done).isDone();
		assertThat(this.sessions.size()).isEqualTo(2);
	}

	@ParameterizedTest
	@MethodSource("failures")
	void keepsASessionThatCannotBeFlushedFromTheOthers(Runnable failure) throws Exception {
		this.sessions.openGate();
		TestClient broken = open(admit("a"), this.loop, Address.EVERYONE);
		TestClient healthy = open(admit("b"), this.loop, Address.EVERYONE);
		broken.failAtFlushes(failure);

		sendToEveryone("x", new CompletableFuture<>());

		assertThat(healthy.told()).containsExactly("live", "x", "flush");
		assertThat(broken.session().isOver()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("failures")
	void endsASessionThatCannotBeToldToGoAway(Runnable failure) throws Exception {
		this.sessions.openGate();
		TestClient broken = open("alice");
		broken.failAtWrites(failure);

		broken.session().drain(Duration.ofSeconds(1));
		this.loop.run();

		assertThat(broken.told()).containsExactly("live", "goaway", "INTERNAL_ERROR");
		assertThat(this.sessions.size()).isZero();
	}

	static Stream<Runnable> failures() {
		return Stream.of(() -> {
			throw new IllegalStateException("A test's exception");
		}, () -> {
			throw new OutOfMemoryError("A test's error");
		});
	}

	/// While the processor has it at hand.
	@ParameterizedTest
	@ValueSource(ints = { 2, Fanout.ROSTER_FROM })
	void givesOneSessionAllThatABatchHasForItBeforeTheNext(int count) throws Exception {
		this.sessions.openGate();
		List<String> order = new ArrayList<>();
		List<String> users = IntStream.range(0, count).mapToObj(Integer::toString).toList();
		for (String user : users) {
			open(admit(user), this.loop, Address.EVERYONE).noteIn(order);
		}

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("x"));
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("y"));
			fanout.send(HeadUpdate.NONE, () -> {
			});
		});
		this.loop.run();

		assertThat(order).containsExactlyElementsOf(
				users.stream().flatMap((user) -> Stream.of(user + " x", user + " y", user + " flush")).toList());
	}

	@Test
	void keepsTheOrderOfRecordsForManyAndForOne() throws Exception {
		this.sessions.openGate();
		TestClient one = open("one");
		List<TestClient> others = openMany(Fanout.ROSTER_FROM - 1);
		one.noteCursors();

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("a"));
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("b"));
			fanout.offer(find("sub", "one"), frame("c"));
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("d"));
			fanout.send(new HeadUpdate(new int[] { 0 }, new long[] { 4 }), () -> {
			});
		});
		this.loop.run();

		assertThat(one.told()).containsExactly("live", "a without", "b without", "c without", "d without",
				"flush with a cursor");
		assertThat(others)
			.allSatisfy((client) -> assertThat(client.told()).containsExactly("live", "a", "b", "d", "flush"));
	}

	@Test
	void keepsRecordsForManyApartFromThoseForManyOthers() throws Exception {
		this.sessions = sessions(2 * Fanout.ROSTER_FROM, 2, UserLimitPolicy.REFUSE);
		begin();
		this.sessions.openGate();
		for (int i = 0; i < 2 * Fanout.ROSTER_FROM; i++) {
			open(admit("user-" + i), this.loop, new Address("groups", (i % 2 == 0) ? "even" : "odd"));
		}

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			fanout.offer(find("groups", "even"), frame("a"));
			fanout.offer(find("groups", "odd"), frame("b"));
			fanout.offer(find("groups", "even"), frame("c"));
			fanout.send(HeadUpdate.NONE, () -> {
			});
		});
		this.loop.run();

		assertThat(this.clients.getFirst().told()).containsExactly("live", "a", "c", "flush");
		assertThat(this.clients.getLast().told()).containsExactly("live", "b", "flush");
	}

	@Test
	void measuresNoLatencyOfWhatNobodyTook() throws Exception {
		this.sessions.openGate();
		List<TestClient> many = openMany(Fanout.ROSTER_FROM);
		many.forEach(TestClient::stopReading);
		for (int i = 0; i < 5; i++) {
			sendToEveryone("x" + i, new CompletableFuture<>());
		}
		long taken = this.registry.get("fanfare.delivery.latency").timer().count();

		sendToEveryone("for those who are behind", new CompletableFuture<>());

		assertThat(taken).isEqualTo(4);
		assertThat(this.registry.get("fanfare.delivery.latency").timer().count()).isEqualTo(taken);
	}

	@Test
	void knowsWhoIsThereWhereARecordIsForMany() throws Exception {
		this.sessions.openGate();
		List<TestClient> many = openMany(Fanout.ROSTER_FROM);
		sendToEveryone("x", new CompletableFuture<>());

		many.getFirst().session().end(CloseCode.NORMAL);
		TestLoop elsewhere = new TestLoop();
		TestClient late = open(admit("late"), elsewhere, Address.EVERYONE);
		sendToEveryone("y", new CompletableFuture<>());
		elsewhere.run();

		assertThat(many.getFirst().told()).containsExactly("live", "x", "flush", "NORMAL");
		assertThat(many.getLast().told()).containsExactly("live", "x", "flush", "y", "flush");
		assertThat(late.told()).containsExactly("live", "y", "flush");
	}

	private List<TestClient> openMany(int count) throws Exception {
		List<TestClient> many = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			many.add(open(admit("user-" + i), this.loop, Address.EVERYONE));
		}
		return many;
	}

	/// Head counts what it is yet to be offered.
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void knowsNoCursorWhileARecordOfTheBatchIsStillToCome(boolean withMany) throws Exception {
		this.sessions.openGate();
		TestClient client = withMany ? openMany(Fanout.ROSTER_FROM).getLast()
				: open(admit("a"), this.loop, Address.EVERYONE);
		client.noteCursors();

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("x"));
			fanout.offer(find(Address.EVERYONE_CLAIM, ""), frame("y"));
			fanout.send(new HeadUpdate(new int[] { 0 }, new long[] { 2 }), () -> {
			});
		});
		this.loop.run();

		assertThat(client.told()).containsExactly("live", "x without", "y without", "flush with a cursor");
	}

	@Test
	void letsASessionWhoseOutboxOverflowsFallBehind() throws Exception {
		this.sessions.openGate();
		TestClient slow = open(admit("a"), this.loop, Address.EVERYONE);
		slow.stopReading();

		// One is asked for already, three are queued.
		for (int i = 0; i < 6; i++) {
			sendToEveryone("x" + i, new CompletableFuture<>());
		}

		assertThat(slow.session().isOver()).isFalse();
		assertThat(slow.session().outbox().size()).isEqualTo(3);
		assertThat(this.registry.get("fanfare.drops").tag("reason", "overflow").counter().count()).isEqualTo(1);
		assertThat(this.registry.get("fanfare.deliveries").counter().count()).isEqualTo(4);
	}

	@Test
	void forgetsAnEndedSession() throws Exception {
		this.sessions.openGate();
		TestClient client = open("alice");

		client.session().end(CloseCode.NORMAL);

		onLogThread(() -> assertThat(this.sessions.fanout().find("sub", bytes("alice"))).isNull());
	}

	@Test
	void comparesKeysByTheirBytes() throws Exception {
		this.sessions.openGate();
		open(admit("ü"), this.loop, new Address("sub", "ü"));

		onLogThread(() -> {
			Fanout fanout = this.sessions.fanout();
			assertThat(fanout.find("sub", bytes("ü"))).isNotNull();
			assertThat(fanout.find("sub", bytes("u\u0308"))).isNull();
			assertThat(fanout.find("sub", new byte[] { (byte) 0xFC })).isNull();
			assertThat(fanout.find("tenant", bytes("ü"))).isNull();
		});
	}

	private Sessions sessions(int max, int perUser, UserLimitPolicy policy) {
		return TestSessions.bounded(3, DataSize.ofKilobytes(1), max, perUser, policy, this.logThread,
				InstantSource.system(), this.registry);
	}

	private TestClient open(String user) throws Exception {
		return open(admit(user), this.loop, new Address("sub", user), Address.EVERYONE);
	}

	private TestClient open(Place place, TestLoop eventLoop, Address... addresses) throws Exception {
		this.sessions.open(place, Set.of(addresses), Instant.MAX, eventLoop, new Beginning.Now(), this::client);
		onLogThread(() -> {
		});
		eventLoop.run();
		return this.clients.getLast();
	}

	private TestClient client(Session session) {
		TestClient client = new TestClient(session);
		this.clients.add(client);
		return client;
	}

	private Place admit(String user) {
		Admission admission = this.sessions.admit(user);
		assertThat(admission).isInstanceOf(Admission.Admitted.class);
		return ((Admission.Admitted) admission).place();
	}

	private void sendToEveryone(String payload, CompletableFuture<Void> done) throws Exception {
		onLogThread(() -> {
			SessionSet everyone = this.sessions.fanout().find(Address.EVERYONE_CLAIM, new byte[0]);
			if (everyone != null) {
				this.sessions.fanout().offer(everyone, frame(payload));
			}
			this.sessions.fanout().send(HeadUpdate.NONE, () -> done.complete(null));
		});
		this.loop.run();
	}

	/// Sends what is open, with a move of the first partition's Head. On the log thread.
	private void moveHead(long next, Runnable done) {
		this.sessions.fanout().send(new HeadUpdate(new int[] { 0 }, new long[] { next }), done);
	}

	private SessionSet find(String claim, String value) {
		SessionSet found = this.sessions.fanout().find(claim, bytes(value));
		return Objects.requireNonNull(found);
	}

	private void onLogThread(Runnable task) throws Exception {
		CompletableFuture.runAsync(task, this.logThread).get(10, TimeUnit.SECONDS);
	}

	private static Frame frame(String payload) {
		return Frame.of(new Notification(new byte[0], bytes(payload), 0, Notification.NEVER, null), 0, 0,
				Address.EVERYONE_CLAIM, List.of(new byte[0]));
	}

	private void begin() throws Exception {
		List<PartitionStart> begun = new ArrayList<>();
		for (int slot = 0; slot < 3; slot++) {
			begun.add(new PartitionStart(new PartitionId(EVERYONE, "id", slot, slot), 0, 0, 3));
		}
		onLogThread(() -> {
			this.sessions.fanout().begin(begun);
			this.sessions.fanout().send(new HeadUpdate(begun), () -> {
			});
		});
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
