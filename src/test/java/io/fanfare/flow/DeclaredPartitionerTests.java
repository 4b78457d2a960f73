package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fanfare.dev.TestBroker;
import io.fanfare.dev.Topics;
import io.fanfare.notification.Partitioner;
import io.fanfare.wire.Cursor;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/// A topic of twelve partitions whose partitioner is declared: what Kafka's Java producer does
/// without being told. The journal holds next to nothing.
@Timeout(120)
class DeclaredPartitionerTests {

	private static final int PARTITIONS = 12;

	private final Topics topics = TestBroker.shared().topics();

	private Gateway gateway;

	private String topic;

	@BeforeEach
	void start() {
		this.gateway = Gateway.startOn(TestBroker.shared().bootstrapServers(), new Class<?>[0], ShortMemory.SETTING,
				"fanfare.ingest.topics[0].partitioner=murmur2", "fanfare.session.cursor-interval=0s");
		this.topic = this.gateway.topic("notifications");
		Gateway.TOPICS.forEach(
				(name) -> this.topics.create(this.gateway.topic(name), name.equals("notifications") ? PARTITIONS : 1));
		this.gateway.awaitReady();
	}

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@Test
	void aCursorNamesOnePartitionAndIsGoodHereAndAtAReplica() throws Exception {
		List<String> users = IntStream.range(0, 8).mapToObj((n) -> "user" + n).toList();
		List<String> cursors = users.stream().map((user) -> TestClient.visit(this.gateway, user)).toList();
		users.forEach((user) -> publish(user, 1, 10));
		ShortMemory.forget(this.gateway);

		for (int i = 0; i < users.size(); i++) {
			Cursor.Topic place = Cursor.decode(cursors.get(i))
				.orElseThrow()
				.topics()
				.stream()
				.filter((known) -> known.partitions() == PARTITIONS)
				.findFirst()
				.orElseThrow();
			assertThat(place.lanes()).containsExactly(partition(users.get(i), PARTITIONS));
			assertThat(cursors.get(i)).hasSizeLessThan(80);
			assertThat(missed(this.gateway, users.get(i), cursors.get(i))).containsExactlyElementsOf(numbers(1, 10));
		}
		try (Gateway replica = this.gateway.replica()) {
			for (int i = 0; i < users.size(); i++) {
				assertThat(missed(replica, users.get(i), cursors.get(i))).containsExactlyElementsOf(numbers(1, 10));
			}
		}
	}

	@Test
	void aRecordInAnotherPartitionIsDeliveredAndToldToWhoeverResumes() throws Exception {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		Logger log = (Logger) LoggerFactory.getLogger("io.fanfare.session.Misplaced");
		log.addAppender(lines);
		int wrong = (partition("ann", PARTITIONS) + 1) % PARTITIONS;
		try (TestClient live = TestClient.open(this.gateway, "ann");
				Records records = Records.to(TestBroker.shared().bootstrapServers())) {
			String cursor = TestClient.visit(this.gateway, "ann");
			publish("ann", 1, 1);
			assertThat(live.inbox().nextNotification().data()).isEqualTo("1");
			for (int n = 2; n <= 4; n++) {
				records.write(this.topic, wrong, bytes("ann"), bytes(Integer.toString(n)));
				assertThat(live.inbox().nextNotification().data()).isEqualTo(Integer.toString(n));
			}
			String narrow = TestClient.visit(this.gateway, "ann");

			assertThat(misplaced()).isEqualTo(3);
			assertThat(lines.list).singleElement()
				.extracting(ILoggingEvent::getFormattedMessage)
				.asString()
				.contains(this.topic + "-" + wrong + "@0", "MURMUR2", "any");
			for (String earlier : List.of("cursor=" + cursor, "cursor=" + narrow, "since=1h")) {
				try (TestClient again = TestClient.connect(this.gateway, "ann", earlier)) {
					ToldGap gap = ToldGap.of(again.inbox().next("io.fanfare.gap"));
					assertThat(gap.range()).isEqualTo("reset " + wrong + " 0..3");
					assertThat(gap.topic()).isEqualTo(this.topic);
					again.inbox().next("io.fanfare.caughtup");
				}
			}
			assertThat(ToldGap.among(live.inbox().drain())).as("whoever is there has had them").isEmpty();
		}
		finally {
			log.detachAppender(lines);
		}
	}

	@Test
	void nothingIsLostWhenPartitionsAreAddedBetweenCursorAndResume() throws Exception {
		String moves = user((user) -> partition(user, PARTITIONS) != partition(user, 2 * PARTITIONS));
		String stays = user((user) -> partition(user, PARTITIONS) == partition(user, 2 * PARTITIONS));
		List<String> users = List.of(moves, stays);
		List<String> cursors = users.stream().map((user) -> TestClient.visit(this.gateway, user)).toList();
		users.forEach((user) -> publish(user, 1, 5));
		ShortMemory.forget(this.gateway);

		this.topics.extend(this.topic, 2 * PARTITIONS);
		users.forEach((user) -> publish(user, 6, 10));
		ShortMemory.forget(this.gateway);

		for (int i = 0; i < users.size(); i++) {
			assertThat(missed(this.gateway, users.get(i), cursors.get(i)))
				.containsExactlyInAnyOrderElementsOf(numbers(1, 10));
		}
		try (Gateway replica = this.gateway.replica()) {
			for (int i = 0; i < users.size(); i++) {
				assertThat(missed(replica, users.get(i), cursors.get(i))).as("%s at a replica", users.get(i))
					.containsExactlyInAnyOrderElementsOf(numbers(1, 10));
			}
		}
	}

	/// Resumes and returns what came, without a gap.
	private static List<String> missed(Gateway at, String user, String cursor) {
		try (TestClient client = TestClient.connect(at, user, "cursor=" + cursor)) {
			client.inbox().next("io.fanfare.ready");
			List<Event> events = client.inbox().untilCaughtUp();
			assertThat(ToldGap.among(events)).isEmpty();
			return events.stream().filter((event) -> !event.isControl()).map(Event::data).toList();
		}
	}

	/// Publishes numbers by a producer that knows the topic as it is now.
	private void publish(String user, int from, int to) {
		try (Backend backend = new Backend(this.gateway, TestBroker.shared().bootstrapServers())) {
			numbers(from, to).forEach((number) -> backend.publish("notifications", user, number));
			backend.flush();
		}
	}

	private double misplaced() {
		return this.gateway.bean(MeterRegistry.class).get("fanfare.ingest.misplaced.records").counter().count();
	}

	private static String user(Predicate<String> condition) {
		return Stream.iterate(0, (n) -> n + 1).map((n) -> "some" + n).filter(condition).findFirst().orElseThrow();
	}

	private static int partition(String user, int partitions) {
		return Partitioner.MURMUR2.partition(bytes(user), partitions);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static List<String> numbers(int from, int to) {
		return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
	}

}
