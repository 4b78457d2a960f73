package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.fanfare.notification.Address;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.SimulatedLog.Topic;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import io.fanfare.wire.Frame;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// Interleavings of log thread, event loops and readers in which a rule of the design decides:
/// each fails without its rule.
class RaceTests {

	private static final int ALL = Integer.MAX_VALUE;

	private static final DataSize ROOMY = DataSize.ofMegabytes(8);

	/// A journal of about a hundred records.
	private static final DataSize SMALL = DataSize.ofKilobytes(32);

	/// Rule: a session without a cursor begins at the end of the log, also while this
	/// replica reads up to there.
	@Test
	void whoComesBeforeAllOfTheLogIsReadBeginsAtItsEnd() {
		SimulatedLog log = new SimulatedLog(List.of(new Topic(SimulatedLog.NOTIFICATIONS, 1)), ROOMY, 0, 10_000, 0, 3);
		SimulatedClient early = log.open("alice", null, 0);
		log.settle();
		log.publish(0, 2, "alice");
		log.settle();
		SimulatedClient late = log.open("alice", null, 1);
		log.settle();
		String cursor = late.cursor;

		log.publish(0, 3, "alice");
		early.read(10);
		late.read(10);
		log.settle();
		SimulatedClient again = log.open("alice", cursor, 0);
		log.settle();
		again.read(10);
		log.settle();

		for (SimulatedClient client : List.of(early, late, again)) {
			assertThat(client.received).extracting(Frame::offset).containsExactly(3L, 4L);
			assertThat(client.gaps).isEmpty();
		}
	}

	/// Rule: a cursor is made of what the loop has offered, not of what the log thread
	/// knows.
	@Test
	void aCursorDoesNotCountABatchThatTheLoopHasYetToOffer() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = reading(log);

		log.publish(0, 1, "alice");
		log.logThread.step();

		assertThat(place(cursorNow(client), 0)).isZero();
		log.settle();
		assertThat(offsets(client, 0)).containsExactly(0L);
		assertThat(place(cursorNow(client), 0)).isEqualTo(1);
	}

	/// Rule: a session that overflows within a batch is behind what it took of the batch,
	/// and for the rest where the loop was before it.
	@Test
	void anOverflowWithinABatchLosesAndRepeatsNothing() {
		SimulatedLog log = new SimulatedLog(2, 1, ROOMY, 0);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			batch.add(log.record(i % 2, "alice"));
		}

		log.publish(batch);
		log.settle();
		client.read(ALL);
		log.settle();

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 6));
		assertThat(offsets(client, 1)).containsExactlyElementsOf(range(0, 6));
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Rule: the same where a part of the batch was sent early.
	@Test
	void anOverflowKnowsWhatWasTakenOfThePartThatWasSentEarly() {
		SimulatedLog log = new SimulatedLog(2, 1, DataSize.ofMegabytes(64), 0);
		SimulatedClient slow = log.open("alice", null, 0);
		SimulatedClient fast = log.open("bob", null, 0);
		log.settle();
		fast.read(ALL);
		log.settle();
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			batch.add(log.record(0, "alice"));
		}
		for (int i = 0; i < 65_528; i++) {
			batch.add(log.record(0, "bob"));
		}
		batch.add(log.record(1, "alice"));

		log.publish(batch);
		log.settle();
		slow.read(ALL);
		log.settle();

		assertThat(offsets(slow, 0)).containsExactlyElementsOf(range(0, 8));
		assertThat(offsets(slow, 1)).containsExactly(0L);
		assertThat(slow.gaps).isEmpty();
	}

	/// Rule: the same where that part was for many.
	@Test
	void anOverflowKnowsWhatWasTakenOfThePartThatWasSentEarlyToMany() {
		int early = 65_536 / Fanout.ROSTER_FROM;
		SimulatedLog log = new SimulatedLog(1, 2, DataSize.ofMegabytes(64), 0);
		SimulatedClient slow = log.open("alice", null, 0);
		List<SimulatedClient> others = IntStream.range(1, Fanout.ROSTER_FROM)
			.mapToObj((i) -> log.open("user-" + i, null, 0))
			.toList();
		log.settle();
		others.forEach((other) -> other.read(ALL));
		slow.read(early);
		log.settle();
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < early; i++) {
			batch.add(log.record(1, "everyone"));
		}
		for (int i = 0; i < 20; i++) {
			batch.add(log.record(2, "everyone"));
		}

		log.publish(batch);
		log.logThread.step();
		StepExecutor loop = Objects.requireNonNull(slow.loop);
		assertThat(List.of(loop.step(), loop.step(), loop.step())).as("parts").containsExactly(true, true, false);
		log.settle();
		slow.read(ALL);
		log.settle();

		assertThat(offsets(slow, 1)).containsExactlyElementsOf(range(0, early));
		assertThat(offsets(slow, 2)).containsExactlyElementsOf(range(0, 20));
		assertThat(slow.catchUps).isEqualTo(1);
		assertThat(slow.gaps).isEmpty();
	}

	/// Rule: nobody goes live who needs what the journal has evicted.
	@Test
	void aRecordThatIsEvictedBeforeASessionGoesLiveIsReadBack() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		log.publish(0, 10, "alice");
		log.publish(0, 150, "bob");
		log.settle();

		client.read(ALL);
		log.settle();

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 10));
		assertThat(client.gaps).isEmpty();
		assertThat(log.older.opened).isEqualTo(1);
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Rule: nobody asks while what was asked for is taken. Whoever did so when that made
	/// him live would wait for an answer for ever.
	@Test
	void aSessionWhoseWritesLeaveAtOnceFallsBehindMoreThanOnce() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = log.open("alice", null, 0);
		client.writesAtOnce = true;
		log.settle();

		for (int round = 0; round < 3; round++) {
			log.publish(0, 20, "alice");
			log.settle();
			client.read(20);
			log.settle();
		}

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 60));
		assertThat(client.catchUps).isEqualTo(3);
	}

	/// Rule: nothing waits for the next batch.
	@Test
	void aSessionGoesLiveThoughNothingMoreIsPublished() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		log.publish(0, 20, "alice");
		log.settle();

		client.read(ALL);
		log.settle();

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 20));
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Rule: Head moves over what is no record, and whoever waits for it is served.
	@Test
	void aSessionThatIsAheadIsServedWhenHeadMovesWithoutARecord() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = log.open("alice", cursor(5, 0), 0);
		log.settle();
		client.read(ALL);
		log.settle();
		assertThat(client.catchUps).isZero();

		log.skip(0, 5);
		log.publish(List.of());
		log.settle();

		assertThat(client.catchUps).isEqualTo(1);
		assertThat(client.gaps).isEmpty();
	}

	/// Rule: a walk that finds nothing ends at Head, so that a lane of others' records
	/// does not fall out of the journal.
	@Test
	void aLaneThatHasNothingForASessionKeepsUpWhileTheSessionWaits() {
		SimulatedLog log = new SimulatedLog(2, 1, SMALL, 1);
		SimulatedClient client = log.open("alice", cursor(5, 0, 0), 0);
		log.settle();
		client.read(ALL);
		for (int i = 0; i < 30; i++) {
			log.publish(1, 20, "bob");
			log.settle();
		}

		log.publish(0, 6, "alice");
		log.settle();

		assertThat(offsets(client, 0)).containsExactly(5L);
		assertThat(log.older.opened).isZero();
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Rule: whoever needs no more than one answer goes live with it.
	@Test
	void aBusyLaneDoesNotKeepASessionOut() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		log.publish(1, 108, "everyone");
		log.settle();

		// Between any two answers of at most 64 records 60 new ones come.
		client.read(ALL);
		log.loops[0].step();
		int rounds = 0;
		while (client.catchUps == 0 && rounds < 30) {
			log.publish(1, 60, "everyone");
			log.logThread.step();
			log.logThread.step();
			log.loops[0].step();
			log.loops[0].step();
			rounds++;
		}
		log.settle();

		assertThat(rounds).isLessThan(30);
		assertThat(offsets(client, 1)).containsExactlyElementsOf(range(0, 108 + 60 * rounds));
	}

	/// Rule: a session that is ahead waits until Head has passed.
	@Test
	void aCursorFromAReplicaThatIsAheadBringsNothingTwice() {
		SimulatedLog ahead = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient before = reading(ahead);
		ahead.publish(0, 10, "alice");
		ahead.settle();
		String cursor = Objects.requireNonNull(before.cursor);
		SimulatedLog behind = new SimulatedLog(1, 1, ROOMY, 0);
		behind.publish(0, 4, "alice");
		SimulatedClient client = behind.open("alice", cursor, 0);
		behind.settle();
		client.read(ALL);
		for (int i = 0; i < 3; i++) {
			behind.look(10, 0);
			behind.settle();
		}
		assertThat(place(cursorNow(client), 0)).as("a cursor does not go back").isEqualTo(10);

		behind.publish(0, 4, "alice");
		behind.settle();
		behind.publish(0, 5, "alice");
		behind.settle();

		assertThat(offsets(client, 0)).containsExactly(10L, 11L, 12L);
		assertThat(client.gaps).isEmpty();
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Rule: who waits ahead is looked at however many records come.
	@Test
	void aCursorBeyondTheLogIsResetWhileRecordsKeepComing() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = beyondTheEnd(log);

		// Whoever is to be served waits; looks and records do not.
		for (int looks = 1; looks <= 2; looks++) {
			log.publish(1, 1, "everyone");
			log.logThread.step();
			log.look(4, looks);
			log.logThread.step();
		}
		log.settle();

		assertThat(client.gaps).extracting(Gap::reason).containsExactly(Gap.Reason.RESET);
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Rule: only an end that was asked for after the cursor came says that the log is
	/// shorter.
	@Test
	void anEndFromBeforeTheCursorSaysNothing() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = beyondTheEnd(log);

		log.look(4, 0);
		log.settle();
		assertThat(client.gaps).isEmpty();
		assertThat(client.catchUps).isZero();

		log.look(4, 0);
		log.settle();
		assertThat(client.gaps).singleElement().extracting(Gap::reason).isEqualTo(Gap.Reason.RESET);
		log.publish(0, 1, "alice");
		log.settle();
		assertThat(offsets(client, 0)).containsExactly(4L);
	}

	/// Rule: several addresses of one lane are merged.
	@Test
	void twoAddressesOnOneLaneComeInTheOrderOfTheLog() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		SimulatedClient client = log.open(Set.of(new Address("sub", "alice"), new Address("sub", "bob")), null, 0);
		log.settle();
		Random random = new Random(7);
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			batch.add(log.record(0, random.nextBoolean() ? "alice" : "bob"));
		}
		log.publish(batch);
		log.settle();

		client.read(ALL);
		log.settle();

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 200));
	}

	/// Rule: a record that names two addresses of a session comes once.
	@Test
	void aRecordForTwoAddressesOfASessionComesOnce() {
		TopicBinding headers = new TopicBinding("headers", "sub", "to", "note");
		SimulatedLog log = new SimulatedLog(List.of(new Topic(headers, 1)), ROOMY, 0, 10_000, 0);
		SimulatedClient client = log.open(Set.of(new Address("sub", "alice"), new Address("sub", "bob")), null, 0);
		log.settle();
		log.publish(0, 100, "alice", "carol", "bob");
		log.settle();

		client.read(ALL);
		log.settle();

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 100));
	}

	/// Rule: a replay that stood at an entry which is no longer held finds its place
	/// anew.
	@Test
	void entriesThatAreEvictedBetweenTwoAnswersAreReadBack() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		log.publish(0, 90, "alice");
		log.settle();
		client.read(ALL);
		log.loops[0].step();
		// The answer is on its way to the loop.
		log.logThread.step();

		log.publish(0, 300, "bob");
		log.settle();

		assertThat(offsets(client, 0)).containsExactlyElementsOf(range(0, 90));
		assertThat(log.older.opened).isEqualTo(1);
		assertThat(client.gaps).isEmpty();
	}

	/// Rule: the same where the lane itself has been walked to Head, and the session
	/// waits for another.
	@Test
	void aChainIsFoundAnewWhereItsLastEntryWasEvicted() {
		SimulatedLog log = new SimulatedLog(2, 1, SMALL, 1);
		SimulatedClient client = log.open("alice", cursor(5, 0, 0), 0);
		log.settle();
		client.read(ALL);
		log.publish(1, 1, "alice");
		log.settle();

		for (int i = 0; i < 20; i++) {
			log.publish(1, 20, "bob");
			log.settle();
		}
		log.publish(1, 1, "alice");
		log.settle();

		assertThat(offsets(client, 1)).containsExactly(0L, 401L);
		assertThat(log.older.opened).isZero();
	}

	/// Rule: an entry's own address is compared before it is taken; chains are by a hash.
	@Test
	void chainsThatMeetInAHashMeetInNoSession() {
		SimulatedLog log = new SimulatedLog(1, 1, ROOMY, 0);
		List<String> users = IntStream.range(0, 400).mapToObj((n) -> "user" + n).toList();
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int round = 0; round < 2; round++) {
			users.forEach((user) -> batch.add(log.record(0, user)));
		}
		log.publish(batch);
		log.settle();

		for (int n = 0; n < users.size(); n++) {
			Address address = new Address("sub", users.get(n));
			SimulatedClient client = log.open(Set.of(address), cursor(List.of(address), 0), 0);
			log.settle();
			client.read(ALL);
			log.settle();
			assertThat(offsets(client, 0)).containsExactly((long) n, n + 400L);
		}
	}

	/// Rule: the same where others took the place of the evicted entries.
	@Test
	void entriesThatTookThePlaceOfEvictedOnesReachNobodyElse() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		log.publish(0, 90, "alice");
		log.settle();
		client.read(ALL);
		log.loops[0].step();
		log.logThread.step();

		for (int i = 0; i < 100; i++) {
			log.publish(0, 1, "bob");
			log.publish(0, 1, "alice");
		}
		log.settle();

		List<Long> expected = new ArrayList<>(range(0, 90));
		LongStream.range(90, 290).filter((offset) -> offset % 2 == 1).forEach(expected::add);
		assertThat(offsets(client, 0)).containsExactlyElementsOf(expected);
	}

	/// Rule: a pass serves nobody whose place its segment has passed by.
	@Test
	void whoIsOvertakenByAPassComesAgainAtHisOwnPlace() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		int records = 150;
		for (int i = 0; i < records; i++) {
			// More than a segment holds.
			log.publish(List.of(log.record(0, "alice").with("filler", "x".repeat(30_000))));
		}
		log.publish(1, 200, "everyone");
		log.settle();
		SimulatedClient slow = log.open("alice", cursor(0, 200), 0);
		SimulatedClient fast = log.open("alice", cursor(0, 200), 1);
		log.settle();
		slow.read(10);
		fast.read(130);
		log.settle();
		// The slow one holds the pass until it is left behind, then the fast one.
		log.look();
		log.settle();
		log.look();
		log.settle();
		assertThat(fast.received).hasSize(130);
		slow.read(ALL);
		log.settle();
		assertThat(log.older.opened).isEqualTo(1);

		fast.read(ALL);
		log.settle();

		assertThat(offsets(slow, 0)).containsExactlyElementsOf(range(0, records));
		assertThat(offsets(fast, 0)).containsExactlyElementsOf(range(0, records));
		assertThat(log.older.open).isZero();
	}

	/// Rule: a pass does not wait for whoever is gone.
	@Test
	void aSessionThatEndsWhileAPassServesItDoesNotHoldIt() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		log.publish(0, 100, "alice");
		log.publish(0, 200, "bob");
		log.settle();
		SimulatedClient leaver = log.open("alice", cursor(0, 0), 0);
		SimulatedClient other = log.open("alice", cursor(0, 0), 1);
		log.settle();
		leaver.read(1);
		other.read(ALL);
		log.settle();
		assertThat(other.catchUps).isZero();

		leaver.disconnect();
		log.settle();

		assertThat(offsets(other, 0)).containsExactlyElementsOf(range(0, 100));
		assertThat(other.catchUps).isEqualTo(1);
		assertThat(log.older.open).isZero();
	}

	/// Rule: a pass leaves behind who does not take what it has within two looks.
	@Test
	void aSessionThatStallsWhileAPassServesItIsLeftBehind() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		log.publish(0, 100, "alice");
		log.publish(0, 200, "bob");
		log.settle();
		SimulatedClient staller = log.open("alice", cursor(0, 0), 0);
		SimulatedClient other = log.open("alice", cursor(0, 0), 1);
		log.settle();
		staller.read(1);
		other.read(ALL);
		log.settle();
		log.look();
		log.settle();
		assertThat(other.catchUps).as("one look is not enough").isZero();

		log.look();
		log.settle();

		assertThat(offsets(other, 0)).containsExactlyElementsOf(range(0, 100));
		assertThat(other.catchUps).isEqualTo(1);
		staller.read(ALL);
		log.settle();
		assertThat(offsets(staller, 0)).containsExactlyElementsOf(range(0, 100));
		assertThat(staller.catchUps).isEqualTo(1);
		assertThat(log.older.open).isZero();
	}

	/// Rule: whoever waited for what is gone is served when nothing is left to be read.
	@Test
	void aSessionIsToldThatAllItWaitedForIsGone() {
		SimulatedLog log = new SimulatedLog(1, 1, SMALL, 1);
		log.publish(0, 200, "alice");
		log.settle();
		log.older.deleteBefore(0, 200);
		log.publish(1, 200, "everyone");
		log.settle();
		SimulatedClient client = log.open(Set.of(new Address("sub", "alice")), cursor(50), 0);
		log.settle();
		client.read(ALL);
		log.settle();

		assertThat(client.gaps).singleElement().satisfies((gap) -> {
			assertThat(gap.reason()).isEqualTo(Gap.Reason.RETENTION);
			assertThat(gap.from()).isEqualTo(50);
			assertThat(gap.to()).isEqualTo(200);
		});
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Returns a live client that takes everything.
	private static SimulatedClient reading(SimulatedLog log) {
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		client.read(ALL);
		log.settle();
		return client;
	}

	/// Returns alice's cursor at these offsets.
	private static String cursor(long... offsets) {
		return cursor(List.of(new Address("sub", "alice"), Address.EVERYONE), offsets);
	}

	/// Returns a cursor at these offsets of the notifications, the last one of the
	/// announcements where there is more than one.
	private static String cursor(List<Address> addresses, long... offsets) {
		boolean announcements = offsets.length > 1;
		int notes = announcements ? offsets.length - 1 : 1;
		CursorWriter writer = new CursorWriter().begin(Cursor.clusterHash(SimulatedLog.CLUSTER), 0,
				announcements ? 2 : 1);
		writer.topic(Cursor.hash("notifications"), Cursor.hash("id"), notes, notes);
		for (int partition = 0; partition < notes; partition++) {
			writer.lane(partition, offsets[partition], -1);
		}
		if (announcements) {
			writer.topic(Cursor.hash("announcements"), Cursor.hash("id"), 1, 1).lane(0, offsets[notes], -1);
		}
		return writer.toBase64() + "." + Cursor.addressPart(addresses);
	}

	/// Opens a session whose cursor lies behind the four records that there are.
	private static SimulatedClient beyondTheEnd(SimulatedLog log) {
		log.publish(0, 4, "alice");
		SimulatedClient client = log.open("alice", cursor(10, 0), 0);
		log.settle();
		client.read(ALL);
		log.settle();
		return client;
	}

	private static String cursorNow(SimulatedClient client) {
		return Objects.requireNonNull(Objects.requireNonNull(client.session).cursor()).toString();
	}

	/// Returns where a cursor stands in a partition of the notifications.
	private static long place(String cursor, int partition) {
		return Cursor.decode(cursor)
			.orElseThrow()
			.topics()
			.stream()
			.filter((topic) -> topic.name() == Cursor.hash("notifications"))
			.findFirst()
			.orElseThrow()
			.offsets()[partition];
	}

	private static List<Long> offsets(SimulatedClient client, int slot) {
		return client.received.stream().filter((frame) -> frame.slot() == slot).map(Frame::offset).toList();
	}

	private static List<Long> range(int from, int to) {
		return LongStream.range(from, to).boxed().toList();
	}

}
