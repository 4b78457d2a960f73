package io.fanfare.flow;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.fanfare.dev.TestBroker;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

import static org.assertj.core.api.Assertions.assertThat;

/// A session goes on from its cursor, on this replica or another, and reads on when it was too
/// slow.
class ResumeTests {

	private static Gateway gateway;

	private static Backend backend;

	@BeforeAll
	static void start() {
		gateway = Gateway.start("fanfare.session.queue-frames=4", "fanfare.session.cursor-interval=0s");
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void stop() {
		backend.close();
		gateway.close();
	}

	@Test
	void getsWhatWasPublishedWhileItWasAway() {
		String cursor = TestClient.visit(gateway, "anna");
		TestClient.awaitRead(gateway, "anna", 3, () -> publish("anna", 1, 2, 3));

		try (TestClient again = connect(gateway, "anna", cursor)) {
			Event ready = again.inbox().next();

			assertThat(ready.type()).isEqualTo("io.fanfare.ready");
			assertThat(ready.data()).contains("\"resumed\":true");
			assertThat(data(again, 3)).containsExactly("1", "2", "3");
			assertThat(again.inbox().next("io.fanfare.caughtup").data()).isEqualTo("{\"replayed\":3}");
			publish("anna", 4);
			assertThat(data(again, 1)).containsExactly("4");
		}
	}

	@Test
	void goesOnFromTheCursorOfANotification() {
		String cursor;
		try (TestClient client = connect(gateway, "ben", null)) {
			client.inbox().next("io.fanfare.ready");
			publish("ben", 1);
			cursor = client.inbox().nextNotification().cursor();
		}
		publish("ben", 2);

		try (TestClient again = connect(gateway, "ben", cursor)) {
			assertThat(data(again, 1)).containsExactly("2");
		}
	}

	@Test
	void goesOnAtAReplicaThatHasJustStarted() {
		String cursor = TestClient.visit(gateway, "cleo");
		publish("cleo", 1, 2);

		try (Gateway other = gateway.replica(); TestClient again = connect(other, "cleo", cursor)) {
			assertThat(data(again, 2)).containsExactly("1", "2");
			assertThat(again.inbox().next("io.fanfare.caughtup").data()).isEqualTo("{\"replayed\":2}");
			publish("cleo", 3);
			assertThat(data(again, 1)).containsExactly("3");
		}
	}

	@Test
	void aReplicaIsReadyAtTheEndOfTheLogAndNotAtTheNextLookAtTopics() {
		publish("fred", 1);

		try (Gateway other = gateway.replica("fanfare.ingest.metadata-interval=1m")) {
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> other.health("readiness") == 200);
		}
	}

	@Test
	void showsNothingThatTheTokenMayNotSee() {
		String cursor = TestClient.visit(gateway, "dora");
		publish("dora", 1);
		TestClient.awaitRead(gateway, "eve", 1, () -> publish("eve", 2));

		try (TestClient other = connect(gateway, "eve", cursor)) {
			assertThat(other.inbox().next("io.fanfare.caughtup").data())
				.as("the cursor is not for eve's address, which begins at the end")
				.isEqualTo("{\"replayed\":0}");
			publish("eve", 3);
			assertThat(data(other, 1)).containsExactly("3");
		}
	}

	@Test
	void goesOnElsewhereFromTheCursorOfGoaway() {
		String cursor;
		try (TestClient client = connect(gateway, "hanna", null)) {
			client.inbox().next("io.fanfare.ready");
			publish("hanna", 1, 2);
			assertThat(data(client, 2)).containsExactly("1", "2");

			gateway.sessions().forEach((session) -> session.drain(Duration.ofSeconds(1)));

			cursor = client.inbox().next("io.fanfare.goaway").cursor();
		}
		publish("hanna", 3);

		try (TestClient again = connect(gateway, "hanna", cursor)) {
			assertThat(data(again, 1)).containsExactly("3");
		}
	}

	@Test
	void refusesACursorThatIsNone() {
		String token = gateway.issuer().token("fred");
		try (TestClient client = TestClient.connect(URI.create(gateway.uri() + "?cursor=garbage"), "cloudevents.json",
				"bearer." + token)) {
			assertThat(client.inbox().awaitClose().code()).isEqualTo(4410);
		}
	}

	@ParameterizedTest
	@NullAndEmptySource
	void startsAtNowWithoutACursor(@Nullable String cursor) {
		String user = (cursor == null) ? "gina" : "gerd";
		try (TestClient earlier = connect(gateway, user, null)) {
			publish(user, 1);
			assertThat(data(earlier, 1)).containsExactly("1");
		}

		try (TestClient client = connect(gateway, user, cursor)) {
			assertThat(client.inbox().next("io.fanfare.ready").data()).contains("\"resumed\":false");
			publish(user, 2);
			assertThat(data(client, 1)).containsExactly("2");
		}
	}

	private static TestClient connect(Gateway to, String user, @Nullable String cursor) {
		return TestClient.connect(to, user, (cursor != null) ? "cursor=" + cursor : "");
	}

	private static void publish(String user, int... numbers) {
		for (int number : numbers) {
			backend.publish("notifications", user, Integer.toString(number));
		}
		backend.flush();
	}

	private static List<String> data(TestClient client, int count) {
		return client.inbox().nextNotifications(count).stream().map(Event::data).toList();
	}

}
