package io.fanfare.flow;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import io.fanfare.dev.TestBroker;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/// Cursors that nobody was given: each has its answer, and whoever is there notices nothing.
@ExtendWith(OutputCaptureExtension.class)
class BadCursorTests {

	private static Gateway gateway;

	private static Backend backend;

	private static String good;

	@BeforeAll
	static void start() {
		gateway = Gateway.start();
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
		for (int i = 0; i < 50; i++) {
			backend.publish("notifications", "user" + i, "0");
			backend.publish("announcements", "key" + i, "0");
		}
		backend.flush();
		gateway.awaitReady();
		good = TestClient.visit(gateway, "vic");
	}

	@AfterAll
	static void stop() {
		backend.close();
		gateway.close();
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void refusesWhatCannotBeACursorOfThisCluster(String cursor) {
		assertThat(status(cursor)).isEqualTo(400);
		try (TestClient client = TestClient.connect(gateway, "vic", "cursor=" + cursor)) {
			assertThat(client.inbox().awaitClose()).isEqualTo(new Close(4410, "cursor unusable"));
			assertThat(client.inbox().drain()).isEmpty();
		}
	}

	static List<String> unusable() {
		Cursor real = Cursor.decode(good).orElseThrow();
		String addresses = good.substring(good.indexOf('.'));
		byte[] places = Base64.getUrlDecoder().decode(good.substring(0, good.indexOf('.')));
		byte[] nextVersion = places.clone();
		nextVersion[0] = 2;
		return List.of("garbage", ".", "..", good + ".", good + "A", good.substring(1), "%00", "%F0%9F%94%A5",
				base64(nextVersion) + addresses,
				new CursorWriter().begin(real.cluster() + 1, real.time(), 0).toBase64() + addresses,
				"A".repeat(Cursor.MAX_LENGTH) + addresses, "A".repeat(8000), good + "AAAA".repeat(1000));
	}

	@Test
	void refusesACursorThatIsCutOffAnywhere() {
		List<Integer> taken = new ArrayList<>();
		for (int length = 1; length < good.length(); length++) {
			if (status(good.substring(0, length)) != 400) {
				taken.add(length);
			}
		}

		assertThat(taken).as("of %d", good.length()).isEmpty();
		assertThat(status(good)).isEqualTo(101);
	}

	/// Whatever was read out of such a cursor, nobody gets anything that is not for him,
	/// and
	/// the gateway goes on.
	@Test
	void survivesCursorsThatAreChangedAtRandom(CapturedOutput output) {
		Random random = new Random(1);
		int taken = 0;
		try (TestClient bystander = TestClient.open(gateway, "uma")) {
			for (int i = 0; i < 300; i++) {
				byte[] places = Base64.getUrlDecoder().decode(good.substring(0, good.indexOf('.')));
				for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
					places[5 + random.nextInt(places.length - 5)] = (byte) random.nextInt();
				}
				int status = status(base64(places) + good.substring(good.indexOf('.')));
				assertThat(status).isIn(101, 400);
				taken += (status == 101) ? 1 : 0;
			}

			backend.publish("notifications", "uma", "\"still here\"");
			backend.flush();
			assertThat(bystander.inbox().nextNotification().data()).isEqualTo("\"still here\"");
			assertThat(bystander.inbox().isClosed()).isFalse();
		}
		assertThat(taken).isPositive();
		assertThat(output.getOut()).doesNotContain("ERROR");
	}

	/// A cursor names places, not rights.
	@Test
	void anotherUsersCursorReplaysNothingOfHis() {
		String cursor = TestClient.visit(gateway, "tom");
		backend.publish("notifications", "tom", "\"for tom\"");
		backend.publish("notifications", "sue", "\"for sue\"");
		backend.publish("announcements", "any", "\"for all\"");
		backend.flush();

		try (TestClient sue = TestClient.connect(gateway, "sue", "cursor=" + cursor)) {
			sue.inbox().next("io.fanfare.ready");
			assertThat(sue.inbox().untilCaughtUp().stream().map(Event::data)).containsExactly("\"for all\"");
		}
	}

	private static int status(String cursor) {
		try (RawClient client = RawClient.connect(gateway.port())) {
			return client
				.upgradeAt("/v1/notifications?cursor=" + cursor,
						"Authorization: Bearer " + gateway.issuer().token("vic"))
				.status();
		}
	}

	private static String base64(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
