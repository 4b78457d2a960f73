package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
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

	@Test
	void readsWhatWasWritten() {
		String text = written(new CursorWriter().begin(Cursor.clusterHash("cluster"), 1_795_000_000_000L, 2)
			.topic(Cursor.hash("notifications"), Cursor.hash("ab12"), 3)
			.partition(0, -1)
			.partition(812, 0)
			.partition(Long.MAX_VALUE >> 8, 7)
			.topic(Cursor.hash("tenants"), Cursor.hash("cd34"), 1)
			.partition(5, -1));

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
		assertThat(cursor.isFor(ALICE)).isTrue();
		assertThat(cursor.isFor(ACME)).isFalse();
	}

	@Test
	void isShortEnoughForEveryNotificationAtTwelvePartitions() {
		CursorWriter writer = new CursorWriter().begin(1, 1_795_000_000_000L, 1)
			.topic(Cursor.hash("notifications"), Cursor.hash("ab12"), 12);
		for (int partition = 0; partition < 12; partition++) {
			writer.partition(1_000_000_000 + partition, 3);
		}

		assertThat(written(writer)).hasSizeLessThanOrEqualTo(256).matches("[A-Za-z0-9_.-]+");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "x", "AQ", "AQ.", "!!.!!", "AgAAAAAAAA.", "AQAAAAAAAQ.", "ä.ö" })
	void isNothingWhereTheTextIsNoCursor(String text) {
		assertThat(Cursor.decode(text)).isEmpty();
	}

	@Test
	void isNothingWhereTheTextIsTooLong() {
		assertThat(Cursor.decode("A".repeat(Cursor.MAX_LENGTH) + ".")).isEmpty();
	}

	@Test
	void neverThrowsOnWhateverBytesItGets() {
		Random random = new Random(1);
		byte[] good = Base64.getUrlDecoder()
			.decode(written(new CursorWriter().begin(1, 2, 1).topic(3, 4, 2).partition(5, 6).partition(7, 8))
				.split("\\.", -1)[0]);
		for (int i = 0; i < 20_000; i++) {
			byte[] bytes = good.clone();
			bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
			String text = new String(Base64.getUrlEncoder().encode(bytes), StandardCharsets.US_ASCII) + ".";
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
