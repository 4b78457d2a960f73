package io.fanfare.flow;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.fanfare.dev.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// A session that has no cursor and names a time. Two notifications wait for `zoe` in the log, of
/// ten minutes and of two minutes ago.
class SinceTests {

	private static Gateway gateway;

	private static Records records;

	private static Instant now;

	@BeforeAll
	static void start() throws Exception {
		now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		gateway = Gateway.start(ShortMemory.SETTING);
		records = Records.to(TestBroker.shared().bootstrapServers());
		records.writeAt(minutesAgo(10), gateway.topic("notifications"), "zoe", "10");
		records.writeAt(minutesAgo(2), gateway.topic("notifications"), "zoe", "2");
		ShortMemory.forget(gateway);
	}

	@AfterAll
	static void stop() {
		records.close();
		gateway.close();
	}

	@ParameterizedTest
	@MethodSource
	void beginsWithTheFirstRecordThatIsNotOlder(String since) {
		try (TestClient client = TestClient.connect(gateway, "zoe", "since=" + since)) {
			assertThat(client.inbox().next().data()).contains("\"resumed\":false");
			List<Event> events = client.inbox().untilCaughtUp();

			assertThat(events.stream().map(Event::data)).containsExactly("2");
		}
	}

	static Stream<String> beginsWithTheFirstRecordThatIsNotOlder() {
		Instant time = minutesAgo(5);
		String east = time.atOffset(ZoneOffset.ofHours(2)).toString();
		return Stream.of("5m", "PT5M", "300s", time.toString(), minutesAgo(2).toString(), east,
				URLEncoder.encode(east, StandardCharsets.UTF_8), time.atOffset(ZoneOffset.ofHours(-7)).toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "1h", "30000d", "PT15M", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z" })
	void getsAllThatTheLogHolds(String since) {
		try (TestClient client = TestClient.connect(gateway, "zoe", "since=" + since)) {
			client.inbox().next("io.fanfare.ready");
			assertThat(client.inbox().untilCaughtUp().stream().map(Event::data)).containsExactly("10", "2");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "1s", "-20s" })
	void getsNothingWhereNothingIsNewer(String since) throws Exception {
		try (TestClient client = TestClient.connect(gateway, "zed" + since, "since=" + since)) {
			client.inbox().next("io.fanfare.ready");
			assertThat(client.inbox().untilCaughtUp()).isEmpty();
			records.write(gateway.topic("notifications"), "zed" + since, "\"next\"");
			assertThat(client.inbox().nextNotification().data()).isEqualTo("\"next\"");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "yesterday", "5", "m", "5x", "PT", "-", "-5m", "2999-01-01T00:00:00Z",
			"2026-13-01T00:00:00Z", "2026-11-24", "2026-11-24T10:00:00", "99999999999999999999d", "9999999999999d",
			"%00", "%C3%A9", "5m5m" })
	void refusesWhatIsNoTimeOrHasNotCome(String since) {
		String token = gateway.issuer().token("yan");
		try (RawClient client = RawClient.connect(gateway.port())) {
			assertThat(client.upgradeAt("/v1/notifications?since=" + since, "Authorization: Bearer " + token).status())
				.isEqualTo(400);
		}
		try (TestClient client = TestClient.connect(gateway, "yan", "since=" + since)) {
			assertThat(client.inbox().awaitClose()).isEqualTo(new Close(4410, "cursor unusable"));
			assertThat(client.inbox().drain()).isEmpty();
		}
	}

	@Test
	void aCursorCountsMore() throws Exception {
		String cursor = TestClient.visit(gateway, "zoe");

		try (TestClient client = TestClient.connect(gateway, "zoe", "since=1h&cursor=" + cursor)) {
			assertThat(client.inbox().next("io.fanfare.ready").data()).contains("\"resumed\":true");
			assertThat(client.inbox().untilCaughtUp()).isEmpty();
		}
		try (TestClient client = TestClient.connect(gateway, "zoe", "since=1h&cursor=garbage")) {
			assertThat(client.inbox().awaitClose().code()).isEqualTo(4410);
		}
		try (TestClient client = TestClient.connect(gateway, "zoe", "since=1h&cursor=")) {
			client.inbox().next("io.fanfare.ready");
			assertThat(client.inbox().untilCaughtUp()).hasSize(2);
		}
	}

	@Test
	void tellsWhatRetentionMayHaveTaken() throws Exception {
		String topic = gateway.topic("groups");
		for (int minute = 9; minute > 0; minute--) {
			records.writeAt(minutesAgo(minute), topic, "staff", Integer.toString(minute));
		}
		ShortMemory.forget(gateway);
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.shared().bootstrapServers()))) {
			admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(5)))
				.all()
				.get(20, TimeUnit.SECONDS);
		}

		try (TestClient client = member("since=7m")) {
			client.inbox().next("io.fanfare.ready");
			List<Event> events = client.inbox().untilCaughtUp();

			ToldGap gap = ToldGap.of(events.getFirst());
			assertThat(gap.range()).isEqualTo("retention 0 0..5");
			assertThat(gap.topic()).isEqualTo(topic);
			assertThat(gap.since()).isBetween(minutesAgo(7), minutesAgo(7).plus(Duration.ofMinutes(2)));
			assertThat(events.stream().skip(1).map(Event::data)).containsExactly("4", "3", "2", "1");
		}
		try (TestClient client = member("since=" + minutesAgo(3))) {
			client.inbox().next("io.fanfare.ready");
			assertThat(client.inbox().untilCaughtUp().stream().map(Event::data)).containsExactly("3", "2", "1");
		}
	}

	private static TestClient member(String query) {
		String token = gateway.issuer().token("xia", Map.of("groups", List.of("staff")));
		return TestClient.connect(URI.create(gateway.uri() + "?" + query), "cloudevents.json", "bearer." + token);
	}

	private static Instant minutesAgo(int minutes) {
		return now.minus(Duration.ofMinutes(minutes));
	}

}
