package io.fanfare.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;

import io.fanfare.wire.Frame;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// The invariants of a session over random interleavings of publishing, reading, overflowing,
/// disconnecting and resuming. A seed that fails fails again.
class SimulationTests {

	private static final int SEEDS = 300;

	/// A journal of about a hundred records.
	private static final DataSize SMALL = DataSize.ofKilobytes(32);

	private static final List<String> USERS = List.of("alice", "bob", "carol", "dave", "erin");

	@ParameterizedTest
	@MethodSource("seeds")
	void everyUserGetsEveryRecordOnceAndInOrder(long seed) {
		Random random = new Random(seed);
		List<String> users = users(random);
		SimulatedLog log = new SimulatedLog(1 + random.nextInt(3), 1 + random.nextInt(2), DataSize.ofMegabytes(8), 0);
		List<SimulatedRecord> published = new ArrayList<>();
		Map<String, Tape> tapes = new HashMap<>();
		users.forEach((user) -> tapes.put(user, new Tape(log.open(user, null, random.nextInt(2)))));
		log.settle();

		for (int i = 0; i < 400; i++) {
			String user = users.get(random.nextInt(users.size()));
			Tape tape = Objects.requireNonNull(tapes.get(user));
			switch (random.nextInt(12)) {
				case 0, 1 -> log.publish(random, users, 1 + random.nextInt(20), published);
				case 2, 3 -> tape.client.read(1 + random.nextInt(10));
				case 4 -> {
					if (random.nextInt(6) == 0 && tape.client.cursor != null) {
						tape.cut();
						tape.client = log.open(user, tape.client.cursor, random.nextInt(2));
					}
				}
				default -> log.step(random);
			}
		}
		log.settle();
		tapes.values().forEach((tape) -> tape.client.read(Integer.MAX_VALUE));
		log.settle();

		tapes.forEach((user, tape) -> {
			tape.keep(tape.client.received);
			assertThat(tape.client.gaps).isEmpty();
			assertThat(tape.bySlot()).isEqualTo(expected(published, user));
		});
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void whatIsMissingLiesInAToldGap(long seed) {
		Random random = new Random(seed);
		SimulatedLog log = new SimulatedLog(2, 1, DataSize.ofMegabytes(4), 0);
		List<SimulatedRecord> published = new ArrayList<>();
		SimulatedClient client = log.open("alice", null, 0);
		log.settle();

		for (int i = 0; i < 60; i++) {
			log.publish(random, USERS, 1000, published);
			client.read(1 + random.nextInt(200));
			log.settle();
		}
		client.read(Integer.MAX_VALUE);
		log.settle();

		Map<Integer, List<Long>> missing = expected(published, "alice");
		client.received
			.forEach((frame) -> missing.getOrDefault(frame.slot(), new ArrayList<>()).remove(frame.offset()));
		assertThat(client.gaps).isNotEmpty();
		missing.forEach((slot,
				offsets) -> assertThat(offsets).allMatch((offset) -> client.gaps.stream()
					.anyMatch((gap) -> log.slotOf(gap.topic(), gap.partition()) == slot && offset >= gap.from()
							&& offset < gap.to())));
	}

	/// The journal holds about a hundred records, so that whoever was away needs what is
	/// older.
	@ParameterizedTest
	@MethodSource("seeds")
	void everyUserGetsWhatTheJournalNoLongerHolds(long seed) {
		Random random = new Random(seed);
		List<String> users = users(random);
		SimulatedLog log = new SimulatedLog(1 + random.nextInt(3), 1 + random.nextInt(2), SMALL, 1 + random.nextInt(2));
		List<SimulatedRecord> published = new ArrayList<>();
		Map<String, Tape> tapes = new HashMap<>();
		users.forEach((user) -> tapes.put(user, new Tape(log.open(user, null, random.nextInt(2)))));
		log.settle();

		for (int i = 0; i < 600; i++) {
			String user = users.get(random.nextInt(users.size()));
			Tape tape = Objects.requireNonNull(tapes.get(user));
			switch (random.nextInt(14)) {
				case 0, 1 -> log.publish(random, users, 1 + random.nextInt(40), published);
				case 2, 3 -> tape.client.read(1 + random.nextInt(10));
				case 4 -> {
					if (random.nextInt(6) == 0 && tape.client.cursor != null) {
						String cursor = tape.client.cursor;
						tape.cut();
						log.publish(random, users, 1 + random.nextInt(300), published);
						log.settle();
						tape.client = log.open(user, cursor, random.nextInt(2));
					}
				}
				case 5 -> log.look();
				default -> log.step(random);
			}
		}
		log.settle();
		tapes.values().forEach((tape) -> tape.client.read(Integer.MAX_VALUE));
		log.settle();

		tapes.forEach((user, tape) -> {
			tape.keep(tape.client.received);
			assertThat(tape.client.gaps).isEmpty();
			assertThat(tape.bySlot()).isEqualTo(expected(published, user));
		});
		assertThat(log.older.open).isZero();
		assertThat(log.older.mostOpen).isLessThanOrEqualTo(2);
	}

	/// Returns so few that a record for everyone is handed over one by one, or more.
	private static List<String> users(Random random) {
		return USERS.subList(0, Fanout.ROSTER_FROM - 1 + random.nextInt(3));
	}

	private static Map<Integer, List<Long>> expected(List<SimulatedRecord> published, String user) {
		Map<Integer, List<Long>> expected = new HashMap<>();
		published.stream()
			.filter((record) -> record.isFor(user))
			.forEach((record) -> expected.computeIfAbsent(record.slot(), (slot) -> new ArrayList<>())
				.add(record.offset()));
		return expected;
	}

	static LongStream seeds() {
		return LongStream.range(0, SEEDS);
	}

	/// What one user has received over all connections, as a client keeps it: after a
	/// cursor everything comes again.
	private static final class Tape {

		private final List<Frame> kept = new ArrayList<>();

		private SimulatedClient client;

		Tape(SimulatedClient client) {
			this.client = client;
		}

		void cut() {
			keep(this.client.received.subList(0, this.client.receivedAtCursor));
			this.client.disconnect();
		}

		void keep(List<Frame> frames) {
			this.kept.addAll(frames);
		}

		Map<Integer, List<Long>> bySlot() {
			Map<Integer, List<Long>> bySlot = new HashMap<>();
			this.kept.forEach(
					(frame) -> bySlot.computeIfAbsent(frame.slot(), (slot) -> new ArrayList<>()).add(frame.offset()));
			return bySlot;
		}

	}

}
