package io.fanfare.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JournalTests {

	private static final long MEBIBYTE = 1 << 20;

	private static final TopicBinding BY_KEY = new TopicBinding("notifications", "sub", null, "type");

	private static final TopicBinding BY_HEADER = new TopicBinding("headers", "sub", "to", "type");

	private static final PartitionId P0 = new PartitionId(BY_KEY, "abc", 0, 0);

	private static final PartitionId P1 = new PartitionId(BY_KEY, "abc", 1, 1);

	private static final PartitionId H0 = new PartitionId(BY_HEADER, "def", 0, 2);

	private final Journal journal = journal(8 * MEBIBYTE, Duration.ofMinutes(5));

	@Test
	void findsTheOldestRecordOfAnAddressFromAnOffsetOn() {
		append(P0, 3, "alice");
		append(P0, 4, "bob");
		append(P0, 7, "alice");
		append(P1, 8, "alice");

		assertThat(offsets(P0, "alice", 0)).containsExactly(3L, 7L);
		assertThat(offsets(P0, "alice", 4)).containsExactly(7L);
		assertThat(offsets(P0, "alice", 8)).isEmpty();
		assertThat(offsets(P1, "alice", 0)).containsExactly(8L);
		assertThat(offsets(P0, "nobody", 0)).isEmpty();
	}

	@Test
	void givesBackARecordAsItCame() {
		TestRecord record = new TestRecord(H0, 5, null, utf8("{\"a\":1}"),
				List.of(Map.entry("to", utf8("alice")), Map.entry("größe", utf8("ü")), Map.entry("to", utf8("bob"))));

		this.journal.append(record, List.of(utf8("alice"), utf8("bob")), 0);

		LogRecord back = this.journal.record(this.journal.find(2, utf8("bob"), 0));
		List<String> headers = new ArrayList<>();
		back.forEachHeader((name, value) -> headers.add(name + "=" + text(value)));
		assertThat(back.key()).isNull();
		assertThat(text(back.value())).isEqualTo("{\"a\":1}");
		assertThat(headers).containsExactly("to=alice", "größe=ü", "to=bob");
		assertThat(text(back.lastHeader("to"))).isEqualTo("bob");
		assertThat(back.offset()).isEqualTo(5);
		assertThat(back.timestamp()).isEqualTo(1_005);
		assertThat(back.position()).isEqualTo(record.position());
		assertThat(back.topicId()).isEqualTo("def");
	}

	@Test
	void findsARecordOfSeveralRecipientsForEach() {
		this.journal.append(new TestRecord(H0, 5, null, utf8("1"), List.of()), List.of(utf8("alice"), utf8("bob")), 0);

		assertThat(offsets(H0, "alice", 0)).containsExactly(5L);
		assertThat(offsets(H0, "bob", 0)).containsExactly(5L);
	}

	@Test
	void findsARecordForEveryoneWhateverItsKey() {
		this.journal.append(TestRecord.keyed(P0, 9, "key", 10), List.of(new byte[0]), 0);

		assertThat(offsets(P0, "", 0)).containsExactly(9L);
		assertThat(offsets(P0, "key", 0)).isEmpty();
	}

	@Test
	void evictsWhatIsTooOldAndTellsWhereItStarts() {
		this.journal.append(TestRecord.keyed(P0, 1, "alice", 10), List.of(utf8("alice")), 1_000);
		this.journal.append(TestRecord.keyed(P1, 1, "alice", 10), List.of(utf8("alice")), 200_000);

		this.journal.append(TestRecord.keyed(P0, 2, "alice", 10), List.of(utf8("alice")), 301_001);

		assertThat(offsets(P0, "alice", 0)).containsExactly(2L);
		assertThat(this.journal.start(0)).isEqualTo(2);
		assertThat(this.journal.start(1)).isZero();
	}

	@Test
	void leavesOutARecordThatDoesNotFitASegmentAndTellsSo() {
		append(P0, 1, "alice");

		this.journal.append(TestRecord.keyed(P0, 2, "alice", (int) MEBIBYTE), List.of(utf8("alice")), 0);

		assertThat(this.journal.start(0)).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4 })
	void agreesWithAPlainListUnderRandomUse(long seed) {
		Random random = new Random(seed);
		Journal small = journal(4 * MEBIBYTE, Duration.ofSeconds(100));
		List<TestRecord> all = new ArrayList<>();
		long[] next = new long[2];
		for (int i = 0; i < 30_000; i++) {
			PartitionId partition = random.nextBoolean() ? P0 : P1;
			int slot = partition.slot();
			next[slot] += 1 + random.nextInt(3);
			TestRecord record = TestRecord.keyed(partition, next[slot], "u" + random.nextInt(50), random.nextInt(900));
			small.append(record, List.of(recipient(record)), i * 10L);
			all.add(record);
			if (i % 100 == 0) {
				String user = "u" + random.nextInt(50);
				long from = Math.max(small.start(slot), next[slot] - random.nextInt(200));
				List<Long> expected = all.stream()
					.filter((candidate) -> candidate.slot() == slot && candidate.offset() >= from
							&& text(candidate.key()).equals(user))
					.map(TestRecord::offset)
					.toList();
				assertThat(offsets(small, partition, user, from)).isEqualTo(expected);
			}
		}
		assertThat(small.start(0)).isPositive();
		assertThat(small.start(1)).isPositive();
	}

	private static byte[] recipient(TestRecord record) {
		byte[] key = record.key();
		return (key != null) ? key : new byte[0];
	}

	private void append(PartitionId partition, long offset, String key) {
		this.journal.append(TestRecord.keyed(partition, offset, key, 10), List.of(utf8(key)), 0);
	}

	private List<Long> offsets(PartitionId partition, String address, long from) {
		return offsets(this.journal, partition, address, from);
	}

	private static List<Long> offsets(Journal journal, PartitionId partition, String address, long from) {
		List<Long> offsets = new ArrayList<>();
		byte[] bytes = utf8(address);
		for (long entry = journal.find(partition.slot(), bytes, from); entry != Journal.NONE; entry = journal
			.after(entry, partition.slot(), bytes)) {
			offsets.add(journal.offset(entry));
		}
		return offsets;
	}

	private static Journal journal(long maxBytes, Duration maxAge) {
		Journal journal = new Journal(maxBytes, maxAge);
		journal.begin(P0, 0);
		journal.begin(P1, 0);
		journal.begin(H0, 0);
		return journal;
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

}
