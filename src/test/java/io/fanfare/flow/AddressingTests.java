package io.fanfare.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.fanfare.dev.TestBroker;
import io.fanfare.flow.RawClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/// Who gets what: claims of tokens against the recipients of records.
class AddressingTests {

	private static Gateway gateway;

	private static Backend backend;

	@BeforeAll
	static void start() {
		gateway = Gateway.start("fanfare.session.max-per-user=4");
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void stop() {
		backend.close();
		gateway.close();
	}

	@Test
	void everyoneGetsTheirOwnOnceAndInOrder() {
		int users = 200;
		int records = 2000;
		Map<String, List<String>> expected = new HashMap<>();
		List<TestClient> clients = new ArrayList<>();
		try {
			for (int user = 0; user < users; user++) {
				Map<String, Object> claims = Map.of("tenant", "tenant-" + user % 7, "groups",
						List.of("group-" + user % 3, "group-" + (3 + user % 5), "group-" + user % 3));
				clients.add(TestClient.open(gateway.uri(), gateway.issuer().token("user-" + user, claims)));
				expected.put("user-" + user, new ArrayList<>());
			}

			for (int n = 0; n < records; n++) {
				// One topic and key per receiver and kind, so that order per partition is
				// order per key.
				int number = n;
				switch (n % 20) {
					case 0 ->
						send("tenants", "tenant-" + n % 7, n, users(users, (user) -> user % 7 == number % 7), expected);
					case 1 -> send("groups", "group-" + n % 8, n,
							users(users, (user) -> user % 3 == number % 8 || 3 + user % 5 == number % 8), expected);
					case 2 -> send("announcements", "any", n, users(users, (user) -> true), expected);
					case 3 -> send("notifications", "user-nobody", n, Stream.of(), expected);
					default -> send("notifications", "user-" + n % users, n, Stream.of("user-" + n % users), expected);
				}
			}
			backend.flush();

			for (int user = 0; user < users; user++) {
				List<String> mine = expected.getOrDefault("user-" + user, List.of());
				List<Event> received = clients.get(user).inbox().nextNotifications(mine.size());
				assertThat(received).extracting(Event::data).containsExactlyInAnyOrderElementsOf(mine);
				assertThat(received).extracting((event) -> event.source() + event.id()).doesNotHaveDuplicates();
				assertInOrder(received);
			}
			backend.publish("announcements", "any", "\"last\"");
			backend.flush();
			for (TestClient client : clients) {
				// Nothing more than that has come.
				assertThat(client.inbox().nextNotification().data()).isEqualTo("\"last\"");
			}
		}
		finally {
			clients.forEach(TestClient::close);
		}
	}

	@Test
	void reachesARecipientNamedTwiceOnce() {
		try (TestClient ann = TestClient.open(gateway, "ann");
				TestClient annsOther = TestClient.open(gateway, "ann");
				TestClient ben = TestClient.open(gateway, "ben");
				TestClient cat = TestClient.open(gateway, "cat")) {
			backend.publish("headers", "key", "1", "to", "ann", "to", "ben", "to", "ann", "to", "nobody");
			backend.publish("headers", "cat", "2", "to", "ben");
			backend.publish("headers", "key", "3", "to", "ann", "to", "ben", "to", "cat");
			backend.flush();

			assertThat(data(ann, 2)).containsExactlyInAnyOrder("1", "3");
			assertThat(data(annsOther, 2)).containsExactlyInAnyOrder("1", "3");
			assertThat(data(ben, 3)).containsExactlyInAnyOrder("1", "2", "3");
			assertThat(data(cat, 1)).containsExactly("3");
			assertNothingElse(ann, annsOther, ben, cat);
		}
	}

	@Test
	void oneTabClosesWhileTheOtherLives() {
		try (TestClient first = TestClient.open(gateway, "dot"); TestClient second = TestClient.open(gateway, "dot")) {
			backend.publish("notifications", "dot", "1");
			backend.flush();
			assertThat(data(first, 1)).containsExactly("1");
			assertThat(data(second, 1)).containsExactly("1");

			first.sendClose(1000, "");
			assertThat(first.inbox().awaitClose().code()).isEqualTo(1000);
			backend.publish("notifications", "dot", "2");
			backend.flush();

			assertThat(data(second, 1)).containsExactly("2");
			assertThat(first.inbox().drain()).allMatch(Event::isControl);
		}
	}

	@ParameterizedTest
	@MethodSource
	void claimsThatAreNoStringsAddressNothing(Object claim) {
		try (TestClient client = TestClient.open(gateway.uri(),
				gateway.issuer().token("eva", Map.of("tenant", claim, "groups", claim)))) {
			for (String key : List.of("", "7", "7.0", "true", "null", "[]", "{}", "name", "a", "[a]", "{name=a}",
					"?")) {
				backend.publish("tenants", key, "\"tenants\"");
				backend.publish("groups", key, "\"groups\"");
			}
			backend.publish("notifications", "eva", "\"own\"");
			backend.flush();

			assertThat(data(client, 1)).containsExactly("\"own\"");
			assertNothingElse(client);
		}
	}

	static Stream<Object> claimsThatAreNoStringsAddressNothing() {
		return Stream.of("", 7, true, List.of(), List.of("", 7, true, List.of("a"), Map.of("name", "a")),
				Map.of("name", "a"));
	}

	@Test
	void comparesBytesWithoutNormalisation() {
		String composed = "zo\u00eb";
		String decomposed = "zoe\u0308";
		try (TestClient one = TestClient.open(gateway, composed);
				TestClient other = TestClient.open(gateway, decomposed);
				TestClient upper = TestClient.open(gateway, composed.toUpperCase(Locale.ROOT));
				TestClient emoji = TestClient.open(gateway, "😀 = \"quoted\"")) {
			backend.publish("notifications", composed, "1");
			backend.publish("notifications", decomposed, "2");
			backend.publish("notifications", "😀 = \"quoted\"", "3");
			backend.flush();

			assertThat(data(one, 1)).containsExactly("1");
			assertThat(data(other, 1)).containsExactly("2");
			assertThat(data(emoji, 1)).containsExactly("3");
			assertNothingElse(one, other, upper, emoji);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 65, 1000 })
	void refusesATokenWithTooManyAddresses(int groups) {
		String token = gateway.issuer().token("fay", Map.of("groups", names(groups)));
		try (RawClient client = RawClient.connect(gateway.port())) {
			Answer answer = client.upgrade("Authorization: Bearer " + token);

			assertThat(answer.status()).isEqualTo(403);
			assertThat(answer.header("WWW-Authenticate")).isNull();
		}
		try (RawClient client = RawClient.connect(gateway.port())) {
			client.upgrade("Sec-WebSocket-Protocol: cloudevents.json, bearer." + token);

			assertThat(client.readClose()).isEqualTo(new Close(4403, "not allowed"));
		}
	}

	@Test
	void takesSixtyTwoGroupsNamedTwice() {
		List<String> twice = new ArrayList<>(names(62));
		twice.addAll(names(62));
		try (TestClient client = TestClient.open(gateway.uri(),
				gateway.issuer().token("gus", Map.of("groups", twice)))) {
			backend.publish("groups", Integer.toString(61, 36), "1");
			backend.flush();

			assertThat(data(client, 1)).containsExactly("1");
			assertNothingElse(client);
		}
	}

	private static List<String> names(int count) {
		return IntStream.range(0, count).mapToObj((n) -> Integer.toString(n, 36)).toList();
	}

	private static void send(String topic, String key, int n, Stream<String> receivers,
			Map<String, List<String>> expected) {
		String data = "{\"n\":" + n + ",\"to\":\"" + key + "\"}";
		backend.publish(topic, key, data);
		receivers.forEach((user) -> expected.getOrDefault(user, new ArrayList<>()).add(data));
	}

	private static Stream<String> users(int count, IntPredicate filter) {
		return IntStream.range(0, count).filter(filter).mapToObj((user) -> "user-" + user);
	}

	/// Per topic and key the numbers rise.
	private static void assertInOrder(List<Event> events) {
		Map<String, Integer> newest = new HashMap<>();
		for (Event event : events) {
			String data = event.data();
			int n = Integer.parseInt(data.substring(data.indexOf(':') + 1, data.indexOf(',')));
			Integer before = newest.put(event.source() + data.substring(data.indexOf(',')), n);
			assertThat(before == null || before < n).as("%s after %s", n, before).isTrue();
		}
	}

	private static List<String> data(TestClient client, int count) {
		return client.inbox().nextNotifications(count).stream().map(Event::data).toList();
	}

	/// One announcement is what comes next, so that nothing came between.
	private static void assertNothingElse(TestClient... clients) {
		Set<String> last = new HashSet<>();
		backend.publish("announcements", null, "\"end\"");
		backend.flush();
		for (TestClient client : clients) {
			last.add(client.inbox().nextNotification().data());
		}
		assertThat(last).containsExactly("\"end\"");
	}

}
