package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

import io.fanfare.notification.Address;
import io.fanfare.session.SimulatedLog.Topic;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import io.fanfare.wire.Frame;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// A log that was truncated after an unclean leader election: what a client had of an earlier
/// leader is not in it, and other records are at the same offsets.
class TruncationTests {

	private static final DataSize ROOMY = DataSize.ofMegabytes(8);

	/// A journal of about a hundred records.
	private static final DataSize SMALL = DataSize.ofKilobytes(32);

	@Test
	void aResumeIsToldWhereTheLogParted() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 7);
		publish(log, 1, 6);
		log.settle();

		SimulatedClient client = resume(log, 10, 0, 0);

		assertThat(ranges(client)).containsExactly("RESET 7..10");
		assertThat(offsets(client)).containsExactlyElementsOf(range(7, 13));
	}

	@Test
	void aCursorFromBeforeTheLogPartedIsGood() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 7);
		publish(log, 1, 6);
		log.settle();

		SimulatedClient client = resume(log, 7, 0, 0);

		assertThat(client.gaps).isEmpty();
		assertThat(offsets(client)).containsExactlyElementsOf(range(7, 13));
	}

	@Test
	void aCursorOfTheNewLeaderIsGood() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 7);
		publish(log, 1, 6);
		log.settle();

		SimulatedClient client = resume(log, 10, 1, 0);

		assertThat(client.gaps).isEmpty();
		assertThat(offsets(client)).containsExactlyElementsOf(range(10, 13));
	}

	@Test
	void aCursorFromTheTimeBeforeEpochsWereKnownIsTakenAsItIs() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 7);
		publish(log, 1, 6);
		log.settle();

		assertThat(resume(log, 10, -1, 0).gaps).isEmpty();
	}

	/// Where reading began in a later epoch, records before may be others as well.
	@Test
	void aReplicaThatHasNotReadThePartingTellsEverythingBefore() {
		SimulatedLog log = log(ROOMY, 20);
		publish(log, 2, 10);
		log.settle();

		SimulatedClient client = resume(log, 25, 1, 0);

		assertThat(ranges(client)).containsExactly("RESET 0..25");
		assertThat(offsets(client)).containsExactlyElementsOf(range(20, 30));
	}

	/// The replica is behind the cursor, and learns of the new leader when its records
	/// come.
	@Test
	void aCursorThatWaitsIsComparedWithWhatComes() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 4);
		log.settle();
		SimulatedClient client = waiting(log, 10, 0);

		publish(log, 1, 8);
		log.settle();

		assertThat(ranges(client)).containsExactly("RESET 4..10");
		assertThat(offsets(client)).containsExactlyElementsOf(range(4, 12));
		assertThat(client.catchUps).isEqualTo(1);
	}

	@Test
	void aCursorThatWaitsIsGoodWhereItsOwnLeaderGoesOn() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 4);
		log.settle();
		SimulatedClient client = waiting(log, 10, 0);

		publish(log, 0, 6);
		publish(log, 1, 2);
		log.settle();

		assertThat(client.gaps).isEmpty();
		assertThat(offsets(client)).containsExactlyElementsOf(range(10, 12));
	}

	@Test
	void aCursorThatWaitsKeepsItsEpoch() {
		assertThat(epoch(waiting(log(ROOMY, 6), 10, 4))).isEqualTo(4);
	}

	@Test
	void aLogThatEndsBeforeTheCursorPartedAtItsEndWhereTheLeaderIsTheSame() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 4);
		log.settle();
		SimulatedClient client = waiting(log, 10, 0);

		look(log, 4);
		assertThat(ranges(client)).containsExactly("RESET 4..10");
		publish(log, 1, 2);
		log.settle();

		assertThat(offsets(client)).containsExactlyElementsOf(range(4, 6));
	}

	/// What it has yet to read may say where the log parted.
	@Test
	void aReplicaThatHasNotReadToTheEndMovesNobodyBack() {
		SimulatedLog log = log(ROOMY, 0);
		publish(log, 0, 4);
		log.settle();
		SimulatedClient client = waiting(log, 10, 0);

		look(log, 8);
		assertThat(client.gaps).isEmpty();
		publish(log, 1, 4);
		log.settle();

		assertThat(ranges(client)).containsExactly("RESET 4..10");
		assertThat(offsets(client)).containsExactlyElementsOf(range(4, 8));
	}

	/// What stands before the end may have taken the place of what the client has.
	@Test
	void aLogThatEndsBeforeTheCursorMayHavePartedAnywhereElse() {
		SimulatedLog log = log(ROOMY, 6);
		SimulatedClient client = waiting(log, 10, 0);

		look(log, 6);
		assertThat(ranges(client)).containsExactly("RESET 0..10");
		publish(log, 1, 2);
		log.settle();

		assertThat(offsets(client)).containsExactlyElementsOf(range(6, 8));
	}

	@Test
	void aCursorIsWrittenWithTheEpochOfTheRecordBeforeIt() {
		SimulatedLog log = log(ROOMY, 0);
		SimulatedClient client = log.open(Set.of(new Address("sub", "alice")), null, 0);
		log.settle();
		client.read(100);
		publish(log, 3, 4);
		log.settle();
		assertThat(epoch(client)).isEqualTo(3);

		publish(log, 5, 1);
		log.settle();

		assertThat(epoch(client)).isEqualTo(5);
	}

	/// The brokers tell where the epoch of whoever is first ends.
	@Test
	void aPassIsMovedToWhereTheLogParted() {
		SimulatedLog log = olderThanTheReplica();

		SimulatedClient client = resume(log, 10, 0, 0);

		assertThat(ranges(client)).containsExactly("RESET 7..10");
		assertThat(offsets(client)).containsExactlyElementsOf(range(7, 103));
		assertThat(log.older.open).isZero();
	}

	/// Whoever joins the pass compares what it has read.
	@Test
	void aPassThatMeetsALaterEpochTellsWhoeverIsBeyondIt() {
		SimulatedLog log = olderThanTheReplica();
		SimulatedClient first = log.open(Set.of(new Address("sub", "alice")), cursor(3, 0), 0);
		SimulatedClient second = log.open(Set.of(new Address("sub", "alice")), cursor(10, 0), 1);
		log.settle();
		first.read(1000);
		second.read(1000);
		log.settle();

		assertThat(first.gaps).isEmpty();
		assertThat(offsets(first)).containsExactlyElementsOf(range(3, 103));
		assertThat(ranges(second)).containsExactly("RESET 7..10");
		assertThat(offsets(second)).containsExactlyElementsOf(range(7, 103));
		assertThat(log.older.opened).isEqualTo(1);
	}

	/// Returns a log whose first hundred records, seven in epoch 0 and the rest in epoch
	/// 1, were
	/// there before the replica began to read.
	private static SimulatedLog olderThanTheReplica() {
		SimulatedLog log = log(SMALL, 100);
		List<SimulatedRecord> older = new ArrayList<>();
		for (int offset = 0; offset < 100; offset++) {
			older.add(SimulatedRecord.of(log.record(0, "alice").id(), offset, "alice").inEpoch((offset < 7) ? 0 : 1));
		}
		log.skip(0, -100);
		log.older.add(older);
		publish(log, 1, 3);
		log.settle();
		return log;
	}

	private static SimulatedLog log(DataSize journal, long first) {
		return new SimulatedLog(List.of(new Topic(SimulatedLog.NOTIFICATIONS, 1)), journal, 1, 10_000, first);
	}

	private static void publish(SimulatedLog log, int epoch, int records) {
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < records; i++) {
			batch.add(log.record(0, "alice").inEpoch(epoch));
		}
		log.publish(batch);
	}

	private static SimulatedClient resume(SimulatedLog log, long offset, int epoch, int loop) {
		SimulatedClient client = log.open(Set.of(new Address("sub", "alice")), cursor(offset, epoch), loop);
		log.settle();
		client.read(1000);
		log.settle();
		assertThat(client.catchUps).isEqualTo(1);
		return client;
	}

	/// Returns a client whose cursor is ahead.
	private static SimulatedClient waiting(SimulatedLog log, long offset, int epoch) {
		SimulatedClient client = log.open(Set.of(new Address("sub", "alice")), cursor(offset, epoch), 0);
		log.settle();
		client.read(1000);
		log.settle();
		assertThat(client.gaps).isEmpty();
		assertThat(client.catchUps).isZero();
		return client;
	}

	private static void look(SimulatedLog log, long end) {
		for (int i = 0; i < 2; i++) {
			log.look(end);
			log.settle();
		}
	}

	private static String cursor(long offset, int epoch) {
		return new CursorWriter().begin(Cursor.clusterHash(SimulatedLog.CLUSTER), 0, 1)
			.topic(Cursor.hash("notifications"), Cursor.hash("id"), 1, 1)
			.lane(0, offset, epoch)
			.toBase64() + "." + Cursor.addressPart(List.of(new Address("sub", "alice")));
	}

	private static int epoch(SimulatedClient client) {
		return Cursor.decode(Objects.requireNonNull(client.cursor)).orElseThrow().topics().getFirst().epochs()[0];
	}

	private static List<String> ranges(SimulatedClient client) {
		return client.gaps.stream().map((gap) -> gap.reason() + " " + gap.from() + ".." + gap.to()).toList();
	}

	private static List<Long> offsets(SimulatedClient client) {
		return client.received.stream().map(Frame::offset).toList();
	}

	private static List<Long> range(int from, int to) {
		return LongStream.range(from, to).boxed().toList();
	}

}
