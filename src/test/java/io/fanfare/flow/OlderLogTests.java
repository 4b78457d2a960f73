package io.fanfare.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import io.fanfare.dev.TestBroker;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Resumes that need what the journal no longer holds, or more than a resume may have. The journal
/// of the shared gateway holds a record for a millisecond.
class OlderLogTests {

	private static Gateway gateway;

	private static Backend backend;

	@BeforeAll
	static void start() {
		gateway = Gateway.start(ShortMemory.SETTING);
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void stop() {
		backend.close();
		gateway.close();
	}

	@Test
	void everybodyGetsWhatOnlyKafkaHolds() throws Exception {
		List<String> users = IntStream.range(0, 12).mapToObj((n) -> "many" + n).toList();
		Map<String, String> cursors = new LinkedHashMap<>();
		users.forEach((user) -> cursors.put(user, TestClient.visit(gateway, user)));
		double before = readBack();
		Map<String, List<String>> expected = publishToEach(users, 25);
		ShortMemory.forget(gateway);

		Map<String, TestClient> clients = new HashMap<>();
		cursors.forEach((user, cursor) -> clients.put(user, TestClient.connect(gateway, user, "cursor=" + cursor)));

		clients.forEach((user, client) -> {
			List<Event> events = client.inbox().untilCaughtUp();
			assertThat(ToldGap.among(events)).isEmpty();
			List<Event> received = events.stream().filter((event) -> !event.isControl()).toList();
			assertThat(received.stream().map(Event::data)).containsExactlyInAnyOrderElementsOf(expected.get(user));
			assertInOrderPerPartition(received);
		});
		assertThat(readBack() - before).isGreaterThanOrEqualTo(25 * 4);
		backend.publish("announcements", null, "\"live\"");
		clients.values().forEach((client) -> {
			assertThat(client.inbox().nextNotification().data()).isEqualTo("\"live\"");
			client.close();
		});
	}

	@Test
	void goesOnWithinWhatIsReadBack() throws Exception {
		String cursor = TestClient.visit(gateway, "half");
		publish(backend, "half", 1, 100);
		ShortMemory.forget(gateway);

		String within;
		try (TestClient client = TestClient.connect(gateway, "half", "cursor=" + cursor)) {
			client.inbox().nextNotifications(100);
			within = client.inbox().next("io.fanfare.caughtup").cursor();
		}
		publish(backend, "half", 101, 150);
		ShortMemory.forget(gateway);

		try (TestClient client = TestClient.connect(gateway, "half", "cursor=" + within)) {
			assertThat(notifications(client.inbox().untilCaughtUp())).containsExactlyElementsOf(numbers(101, 150));
		}
	}

	@Test
	void readsBackAtAReplicaThatHasJustStarted() {
		String cursor = TestClient.visit(gateway, "new");
		publish(backend, "new", 1, 20);

		try (Gateway replica = gateway.replica();
				TestClient client = TestClient.connect(replica, "new", "cursor=" + cursor)) {
			List<Event> events = client.inbox().untilCaughtUp();

			assertThat(notifications(events)).containsExactlyElementsOf(numbers(1, 20));
			assertThat(ToldGap.among(events)).isEmpty();
		}
	}

	@Test
	void tellsWhatItMayNotReadBack() throws Exception {
		try (Gateway journalOnly = Gateway.start(ShortMemory.SETTING, "fanfare.journal.catch-up-readers=0")) {
			assertTellsAWindow(journalOnly);
		}
	}

	@Test
	void tellsWhatIsTooFarBack() throws Exception {
		try (Gateway shortSighted = Gateway.start(ShortMemory.SETTING, "fanfare.journal.catch-up-max-records=19")) {
			assertTellsAWindow(shortSighted);
		}
	}

	@Test
	void readsBackAsFarAsItMay() throws Exception {
		try (Gateway farSighted = Gateway.start(ShortMemory.SETTING, "fanfare.journal.catch-up-max-records=20");
				Backend publisher = new Backend(farSighted, TestBroker.shared().bootstrapServers())) {
			String cursor = TestClient.visit(farSighted, "far");
			publish(publisher, "far", 1, 20);
			ShortMemory.forget(farSighted);

			try (TestClient client = TestClient.connect(farSighted, "far", "cursor=" + cursor)) {
				List<Event> events = client.inbox().untilCaughtUp();

				assertThat(ToldGap.among(events)).isEmpty();
				assertThat(notifications(events)).containsExactlyElementsOf(numbers(1, 20));
			}
		}
	}

	@Test
	void tellsHowManyAreBeyondWhatAResumeMayReplay() {
		try (Gateway frugal = Gateway.start("fanfare.session.replay-max-records=5");
				Backend publisher = new Backend(frugal, TestBroker.shared().bootstrapServers())) {
			String cursor = TestClient.visit(frugal, "few");
			TestClient.awaitRead(frugal, "few", 20, () -> publish(publisher, "few", 1, 20));

			try (TestClient client = TestClient.connect(frugal, "few", "cursor=" + cursor)) {
				List<Event> events = client.inbox().untilCaughtUp();

				assertThat(notifications(events)).containsExactlyElementsOf(numbers(1, 5));
				assertThat(events.getLast().type()).as("after what was replayed").isEqualTo("io.fanfare.gap");
				ToldGap gap = ToldGap.among(events).getFirst();
				assertThat(gap.reason()).isEqualTo("window");
				assertThat(gap.count()).isEqualTo(15);
				assertThat(gap.from()).isEqualTo(5);
				assertThat(gap.to()).isEqualTo(20);
				assertThat(ToldGap.among(events)).hasSize(1);
				publish(publisher, "few", 21, 21);
				assertThat(client.inbox().nextNotification().data()).isEqualTo("21");
			}
		}
	}

	/// Lets somebody miss twenty records that the journal no longer holds.
	private static void assertTellsAWindow(Gateway to) throws Exception {
		try (Backend publisher = new Backend(to, TestBroker.shared().bootstrapServers())) {
			String cursor = TestClient.visit(to, "dan");
			publish(publisher, "dan", 1, 20);
			ShortMemory.forget(to);

			try (TestClient client = TestClient.connect(to, "dan", "cursor=" + cursor)) {
				List<Event> events = client.inbox().untilCaughtUp();

				assertThat(notifications(events)).isEmpty();
				ToldGap gap = ToldGap.among(events).getFirst();
				assertThat(gap.reason()).isEqualTo("window");
				assertThat(gap.topic()).isEqualTo(to.topic("notifications"));
				assertThat(gap.from()).isZero();
				assertThat(gap.to()).isEqualTo(20);
				publish(publisher, "dan", 21, 21);
				assertThat(client.inbox().nextNotification().data()).isEqualTo("21");
			}
		}
	}

	/// Publishes by key, by header and to everyone.
	/// @return what each user is to receive
	private static Map<String, List<String>> publishToEach(List<String> users, int rounds) {
		Map<String, List<String>> expected = new HashMap<>();
		users.forEach((user) -> expected.put(user, new ArrayList<>()));
		for (int round = 0; round < rounds; round++) {
			for (String user : users) {
				String value = "\"" + user + "-" + round + "\"";
				backend.publish("notifications", user, value);
				Objects.requireNonNull(expected.get(user)).add(value);
			}
			String first = users.get(round % users.size());
			String second = users.get((round + 5) % users.size());
			String both = "\"both-" + round + "\"";
			backend.publish("headers", null, both, "to", first, "to", second, "to", "nobody");
			Objects.requireNonNull(expected.get(first)).add(both);
			Objects.requireNonNull(expected.get(second)).add(both);
			String all = "\"all-" + round + "\"";
			backend.publish("announcements", "key" + round, all);
			expected.values().forEach((values) -> values.add(all));
		}
		backend.flush();
		return expected;
	}

	/// Plain records are called `<topic>-<partition>-<offset>`.
	private static void assertInOrderPerPartition(List<Event> received) {
		Map<String, Long> last = new HashMap<>();
		for (Event event : received) {
			int dash = event.id().lastIndexOf('-');
			long offset = Long.parseLong(event.id().substring(dash + 1));
			Long before = last.put(event.id().substring(0, dash), offset);
			assertThat(before).as(event.id())
				.satisfiesAnyOf((none) -> assertThat(none).isNull(),
						(earlier) -> assertThat(earlier).isLessThan(offset));
		}
	}

	private static double readBack() {
		return gateway.bean(MeterRegistry.class).get("fanfare.catchup.records").counter().count();
	}

	private static void publish(Backend publisher, String user, int from, int to) {
		numbers(from, to).forEach((number) -> publisher.publish("notifications", user, number));
		publisher.flush();
	}

	private static List<String> notifications(List<Event> events) {
		return events.stream().filter((event) -> !event.isControl()).map(Event::data).toList();
	}

	private static List<String> numbers(int from, int to) {
		return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
	}

}
