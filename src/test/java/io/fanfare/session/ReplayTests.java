package io.fanfare.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

import io.fanfare.notification.Address;
import io.fanfare.session.SimulatedLog.Topic;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import io.fanfare.wire.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// What a replay leaves out by rule: what is replaced by something newer, what has expired, and
/// what is more than may be replayed.
class ReplayTests {

	private static final int ALL = Integer.MAX_VALUE;

	private static final DataSize ROOMY = DataSize.ofMegabytes(8);

	/// A journal of about a hundred records.
	/// Time of a cursor.
	private static final long TIME = 1_795_000_000_000L;

	private static final DataSize SMALL = DataSize.ofKilobytes(32);

	/// An answer has 64 records.
	@Test
	void theNewestOfEqualCollapseKeysStaysAtItsOwnPlace() {
		SimulatedLog log = log(ROOMY, 10_000);
		publish(log, 200, (record) -> switch ((int) record.offset()) {
			case 3, 70, 150 -> record.with("collapsekey", "price");
			case 5, 199 -> record.with("collapsekey", "weather");
			case 100 -> record.with("collapsekey", "other");
			default -> record;
		});
		log.settle();

		SimulatedClient client = resume(log, 0);

		assertThat(offsets(client)).containsExactlyElementsOf(range(0, 200, 3, 70, 5));
		assertThat(client.gaps).isEmpty();
	}

	/// As far ahead as is looked, wherever that begins.
	@Test
	void theNewestStaysBehindManyWithoutAKey() {
		SimulatedLog log = log(ROOMY, 10_000);
		publish(log, 300, (record) -> switch ((int) record.offset()) {
			case 0 -> record.with("collapsekey", "price");
			case 255, 258 -> record.with("collapsekey", "weather");
			default -> record;
		});
		log.settle();

		assertThat(offsets(resume(log, 0))).containsExactlyElementsOf(range(0, 300, 255));
	}

	/// Seven records are read back at a time.
	@Test
	void ofWhatIsReadBackTogetherTheNewestStays() {
		SimulatedLog log = log(SMALL, 10_000);
		publish(log, 14, (record) -> switch ((int) record.offset()) {
			case 1, 3, 5 -> record.with("collapsekey", "price");
			case 8 -> record.with("collapsekey", "weather");
			default -> record;
		});
		log.publish(1, 300, "everyone");
		log.settle();

		SimulatedClient client = resume(log, 0);

		assertThat(offsets(client)).containsExactlyElementsOf(range(0, 14, 1, 3));
		assertThat(log.older.opened).isEqualTo(1);
	}

	/// This replica has read nothing that is newer, or nothing at all.
	@Test
	void theTimeOfACursorStays() {
		SimulatedLog log = log(ROOMY, 10_000);
		log.publish(0, 3, "alice");
		log.settle();

		SimulatedClient client = resume(log, 1);

		assertThat(offsets(client)).containsExactly(1L, 2L);
		String cursor = Objects.requireNonNull(Objects.requireNonNull(client.session).cursor()).toString();
		assertThat(Cursor.decode(cursor).orElseThrow().time()).isEqualTo(TIME);
	}

	/// What is read back last reaches into the journal, for one address further than for
	/// the other.
	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 402, 403, 404, 405, 406 })
	void twoAddressesOnOneLaneComeInTheOrderOfTheLogOutOfWhatIsOlderAndTheJournal(int records) {
		for (int seed = 0; seed < 20; seed++) {
			Random random = new Random(seed);
			SimulatedLog log = log(SMALL, 10_000);
			publish(log, records, (record) -> SimulatedRecord.of(record.id(), record.offset(),
					random.nextBoolean() ? "alice" : "bob"));
			log.settle();

			SimulatedClient client = resume(log, 0, Set.of(new Address("sub", "alice"), new Address("sub", "bob")));

			assertThat(offsets(client)).containsExactlyElementsOf(range(0, records));
			assertThat(log.older.opened).isEqualTo(1);
		}
	}

	@Test
	void whatCameBeforeANewerOneIsNotTakenBack() {
		SimulatedLog log = log(ROOMY, 10_000);
		publish(log, 10, (record) -> record.with("collapsekey", "price"));
		log.settle();
		SimulatedClient client = resume(log, 0);
		assertThat(offsets(client)).containsExactly(9L);

		publish(log, 2, (record) -> record.with("collapsekey", "price"));
		log.settle();

		assertThat(offsets(client)).containsExactly(9L, 10L, 11L);
	}

	@Test
	void aNewerOneThatHasExpiredReplacesNothing() {
		SimulatedLog log = log(ROOMY, 10_000);
		log.now = Instant.parse("2026-11-24T12:00:00Z");
		publish(log, 3,
				(record) -> (record.offset() == 2)
						? record.with("collapsekey", "price").with("expirytime", "2026-11-24T11:00:00Z")
						: record.with("collapsekey", "price"));
		log.settle();

		assertThat(offsets(resume(log, 0))).containsExactly(1L);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatHasExpiredSinceIsLeftOut(boolean readBack) {
		SimulatedLog log = log(readBack ? SMALL : ROOMY, 10_000);
		log.now = Instant.parse("2026-11-24T10:00:00Z");
		publish(log, 100, (record) -> (record.offset() % 10 == 0)
				? record.with("expirytime", (record.offset() < 50) ? "2026-11-24T11:00:00Z" : "2026-11-24T13:00:00Z")
				: record);
		if (readBack) {
			log.publish(1, 300, "everyone");
		}
		log.settle();

		log.now = Instant.parse("2026-11-24T12:00:00Z");
		SimulatedClient client = resume(log, 0);

		assertThat(offsets(client)).containsExactlyElementsOf(range(0, 100, 0, 10, 20, 30, 40));
		assertThat(client.gaps).isEmpty();
	}

	@Test
	void whatExpiresWhileASessionIsBehindIsLeftOut() {
		SimulatedLog log = log(ROOMY, 10_000);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		publish(log, 20, (record) -> record.with("expirytime",
				(record.offset() % 2 == 0) ? "2026-11-24T11:00:00Z" : "2026-11-24T13:00:00Z"));
		log.settle();

		log.now = Instant.parse("2026-11-24T12:00:00Z");
		client.read(ALL);
		log.settle();

		assertThat(offsets(client))
			.containsExactlyElementsOf(LongStream.range(0, 20).filter((offset) -> offset % 2 == 1).boxed().toList());
		assertThat(client.gaps).isEmpty();
	}

	@Test
	void whatIsBeyondTheLagLimitIsToldWithItsCount() {
		SimulatedLog log = log(ROOMY, 20);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		for (int i = 0; i < 50; i++) {
			log.publish(0, 1, "alice");
			log.publish(0, 1, "bob");
		}
		log.settle();

		client.read(ALL);
		log.settle();

		// Eight were queued, then twenty replayed.
		assertThat(offsets(client))
			.containsExactlyElementsOf(LongStream.range(0, 56).filter((offset) -> offset % 2 == 0).boxed().toList());
		assertThat(client.gaps).singleElement().satisfies((gap) -> {
			assertThat(gap.reason()).isEqualTo(Gap.Reason.OVERFLOW);
			assertThat(gap.count()).isEqualTo(22);
			assertThat(gap.from()).isLessThanOrEqualTo(56);
			assertThat(gap.to()).isGreaterThan(98);
		});
		assertThat(client.catchUps).isEqualTo(1);
	}

	/// Thirty records come for every ten that are read.
	@Test
	void aSessionGetsOutOfLagUnderConstantLoadThatIsMoreThanItReads() {
		SimulatedLog log = log(ROOMY, 100);
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();
		int rounds = 100;
		for (int i = 0; i < rounds; i++) {
			log.publish(0, 30, "alice");
			client.read(10);
			log.settle();
		}
		assertThat(client.catchUps).as("while the load lasts").isGreaterThan(3);
		client.read(ALL);
		log.settle();

		long told = client.gaps.stream().mapToLong(Gap::count).sum();
		assertThat(client.gaps).isNotEmpty().allMatch((gap) -> gap.reason() == Gap.Reason.OVERFLOW);
		assertThat(offsets(client)).isSorted().doesNotHaveDuplicates();
		assertThat(client.received.size() + told).isEqualTo(30L * rounds);
		List<Long> missing = new ArrayList<>(range(0, 30 * rounds));
		missing.removeAll(Set.copyOf(offsets(client)));
		assertThat(missing)
			.allMatch((offset) -> client.gaps.stream().anyMatch((gap) -> offset >= gap.from() && offset < gap.to()));
	}

	private static SimulatedLog log(DataSize journal, int replayMaxRecords) {
		return new SimulatedLog(
				List.of(new Topic(SimulatedLog.NOTIFICATIONS, 1), new Topic(SimulatedLog.ANNOUNCEMENTS, 1)), journal, 1,
				replayMaxRecords, 0);
	}

	private static void publish(SimulatedLog log, int records, UnaryOperator<SimulatedRecord> change) {
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < records; i++) {
			batch.add(change.apply(log.record(0, "alice")));
		}
		log.publish(batch);
	}

	/// Resumes alice's notifications and reads everything.
	private static SimulatedClient resume(SimulatedLog log, long offset) {
		return resume(log, offset, Set.of(new Address("sub", "alice")));
	}

	private static SimulatedClient resume(SimulatedLog log, long offset, Set<Address> addresses) {
		String cursor = new CursorWriter().begin(Cursor.clusterHash(SimulatedLog.CLUSTER), TIME, 1)
			.topic(Cursor.hash("notifications"), Cursor.hash("id"), 1, 1)
			.lane(0, offset, -1)
			.toBase64() + "." + Cursor.addressPart(addresses);
		SimulatedClient client = log.open(addresses, cursor, 0);
		log.settle();
		client.read(ALL);
		log.settle();
		assertThat(client.catchUps).isEqualTo(1);
		return client;
	}

	private static List<Long> offsets(SimulatedClient client) {
		return client.received.stream().map(Frame::offset).toList();
	}

	/// @param but offsets that are left out
	private static List<Long> range(int from, int to, long... but) {
		return LongStream.range(from, to)
			.filter((offset) -> LongStream.of(but).noneMatch((other) -> other == offset))
			.boxed()
			.toList();
	}

}
