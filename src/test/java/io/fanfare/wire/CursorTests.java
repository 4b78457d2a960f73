package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import io.fanfare.notification.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CursorTests {

	private static final Address ALICE = new Address("sub", "alice");

	private static final Address ACME = new Address("tenant", "acme");

	private static final String NOBODY = "." + Cursor.addressPart(List.of());

	@Test
	void readsWhatWasWritten() {
		String text = written(new CursorWriter().begin(Cursor.clusterHash("cluster"), 1_795_000_000_000L, 2)
			.topic(Cursor.hash("notifications"), Cursor.hash("ab12"), 3, 3)
			.lane(0, 0, -1)
			.lane(1, 812, 0)
			.lane(2, Long.MAX_VALUE >> 8, 7)
			.topic(Cursor.hash("tenants"), Cursor.hash("cd34"), 12, 2)
			.lane(3, 5, -1)
			.lane(11, 6, 2));

		Cursor cursor = Cursor.decode(text).orElseThrow();

		assertThat(cursor.cluster()).isEqualTo(Cursor.clusterHash("cluster"));
		assertThat(cursor.time()).isEqualTo(1_795_000_000_000L);
		assertThat(cursor.topics()).hasSize(2);
		Cursor.Topic topic = cursor.topics().getFirst();
		assertThat(topic.name()).isEqualTo(Cursor.hash("notifications"));
		assertThat(topic.id()).isEqualTo(Cursor.hash("ab12"));
		assertThat(topic.partitions()).isEqualTo(3);
		assertThat(topic.lanes()).containsExactly(0, 1, 2);
		assertThat(topic.offsets()).containsExactly(0, 812, Long.MAX_VALUE >> 8);
		assertThat(topic.epochs()).containsExactly(-1, 0, 7);
		Cursor.Topic narrow = cursor.topics().getLast();
		assertThat(narrow.partitions()).isEqualTo(12);
		assertThat(narrow.lanes()).containsExactly(3, 11);
		assertThat(narrow.offsets()).containsExactly(5, 6);
		assertThat(narrow.epochs()).containsExactly(-1, 2);
		assertThat(cursor.isFor(ALICE)).isTrue();
		assertThat(cursor.isFor(ACME)).isFalse();
	}

	@Test
	void isShortEnoughForEveryNotificationAtTwelvePartitions() {
		CursorWriter writer = new CursorWriter().begin(1, 1_795_000_000_000L, 1)
			.topic(Cursor.hash("notifications"), Cursor.hash("ab12"), 12, 12);
		for (int partition = 0; partition < 12; partition++) {
			writer.lane(partition, 1_000_000_000 + partition, 3);
		}

		assertThat(written(writer)).hasSizeLessThanOrEqualTo(256).matches("[A-Za-z0-9_.-]+");
	}

	@Test
	void isNothingWhereANumberIsTooLarge() {
		String text = written(new CursorWriter().begin(1, 2, 1).topic(3, 4, 12, 1).lane(Integer.MAX_VALUE, 5, 6));

		assertThat(Cursor.decode(text)).isEmpty();
		byte[] bytes = Base64.getUrlDecoder()
			.decode(written(new CursorWriter().begin(1, 2, 1).topic(3, 4, 2, 1).lane(0, 5, 0)).split("\\.", -1)[0]);
		byte[] longEpoch = Arrays.copyOf(bytes, bytes.length + 5);
		Arrays.fill(longEpoch, bytes.length - 1, bytes.length + 4, (byte) 0xFF);
		longEpoch[bytes.length + 4] = 1;
		assertThat(Cursor.decode(Base64.getUrlEncoder().encodeToString(longEpoch) + NOBODY)).isEmpty();
	}

	@Test
	void neverExceedsTheLargestSizeThatIsComputed() {
		CursorWriter writer = new CursorWriter().begin(1, 1_795_000_000_000L, 2)
			.topic(Cursor.hash("notifications"), Cursor.hash("ab12"), 200, 200);
		for (int partition = 0; partition < 200; partition++) {
			writer.lane(partition, (1L << 42) - 1, (1 << 14) - 2);
		}
		writer.topic(Cursor.hash("tenants"), Cursor.hash("cd34"), 1000, 1).lane(999, (1L << 42) - 1, (1 << 14) - 2);

		assertThat(written(writer)).hasSizeLessThanOrEqualTo(Cursor.largest(2, 201, 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "x", "AQ", "AQ.", "!!.!!", "AgAAAAAAAA.", "AQAAAAAAAQ.", "ä.ö" })
	void isNothingWhereTheTextIsNoCursor(String text) {
		assertThat(Cursor.decode(text)).isEmpty();
	}

	@Test
	void isNothingWhereTheTextIsCutOff() {
		String text = new CursorWriter().begin(1, 2, 1).topic(3, 4, 2, 2).lane(0, 5, 6).lane(1, 7, 8).toBase64() + "."
				+ Cursor.addressPart(List.of(ALICE, ACME, new Address("tenant", "other")));

		assertThat(Cursor.decode(text)).isPresent();
		for (int length = 0; length < text.length(); length++) {
			assertThat(Cursor.decode(text.substring(0, length))).as("%d of %d", length, text.length()).isEmpty();
		}
	}

	@Test
	void isNothingWhereTheTextIsTooLong() {
		assertThat(Cursor.decode("A".repeat(Cursor.MAX_LENGTH) + ".")).isEmpty();
	}

	@Test
	void neverThrowsOnWhateverBytesItGets() {
		Random random = new Random(1);
		byte[] good = Base64.getUrlDecoder()
			.decode(written(new CursorWriter().begin(1, 2, 1).topic(3, 4, 2, 2).lane(0, 5, 6).lane(1, 7, 8))
				.split("\\.", -1)[0]);
		for (int i = 0; i < 20_000; i++) {
			byte[] bytes = good.clone();
			for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
				bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
			}
			String text = new String(Base64.getUrlEncoder().encode(bytes), StandardCharsets.US_ASCII) + NOBODY;
			Cursor.decode(text).ifPresent((cursor) -> assertThat(cursor.topics()).isNotNull());
			Cursor.decode(text.substring(random.nextInt(text.length())));
		}
	}

	@Test
	void isForTheAddressesOfItsToken() {
		String part = Cursor.addressPart(List.of(ALICE, ACME));
		Cursor cursor = Cursor.decode(new CursorWriter().begin(1, 2, 0).toBase64() + "." + part).orElseThrow();

		assertThat(cursor.isFor(ALICE)).isTrue();
		assertThat(cursor.isFor(ACME)).isTrue();
		assertThat(cursor.isFor(new Address("tenant", "other"))).isFalse();
	}

	private static String written(CursorWriter writer) {
		return writer.toBase64() + "." + Cursor.addressPart(List.of(ALICE));
	}

}
