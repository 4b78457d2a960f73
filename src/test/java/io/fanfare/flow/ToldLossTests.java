package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.fanfare.dev.TestBroker;
import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/// What the log loses, clients are told, with the range and before anything later: whoever
/// resumes, and whoever is there.
@Timeout(120)
class ToldLossTests {

	private static Admin admin;

	private static Records records;

	private Gateway gateway;

	private String topic;

	@BeforeAll
	static void connect() {
		admin = Admin.create(Map.of("bootstrap.servers", TestBroker.shared().bootstrapServers()));
		records = Records.to(TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void disconnect() {
		records.close();
		admin.close();
	}

	@BeforeEach
	void start() {
		this.gateway = Gateway.start(ShortMemory.SETTING);
		this.topic = this.gateway.topic("notifications");
	}

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@Test
	void aResumeIsToldWhatRetentionHasTaken() throws Exception {
		Instant start = Instant.now();
		write("abe", 0, 3);
		ShortMemory.forget(this.gateway);
		String cursor = TestClient.visit(this.gateway, "abe");
		Instant left = Instant.now();
		write("abe", 3, 10);
		ShortMemory.forget(this.gateway);
		deleteBefore(7);

		try (TestClient client = resume("abe", cursor)) {
			List<Event> events = client.inbox().untilCaughtUp();

			ToldGap gap = ToldGap.among(events).getFirst();
			assertThat(gap.range()).isEqualTo("retention 1 3..7");
			assertThat(gap.topic()).isEqualTo(this.topic);
			assertThat(gap.since()).isBetween(start, left);
			assertThat(gap.until()).isBetween(left, Instant.now());
			assertThat(gap.count()).isNull();
			assertThat(ToldGap.among(events)).hasSize(1);
			assertThat(events.get(1).type()).as("before what is left").isEqualTo("io.fanfare.gap");
			assertThat(notifications(events)).containsExactly("7", "8", "9");
			write("abe", 10, 11);
			assertThat(client.inbox().nextNotification().data()).isEqualTo("10");
		}
	}

	@Test
	void aResumeIsToldWhatRetentionHasTakenToTheLastRecord() throws Exception {
		String cursor = TestClient.visit(this.gateway, "ada");
		write("ada", 0, 5);
		ShortMemory.forget(this.gateway);
		deleteBefore(5);

		try (TestClient client = resume("ada", cursor)) {
			List<Event> events = client.inbox().untilCaughtUp();

			assertThat(ranges(events)).containsExactly("retention 1 0..5");
			assertThat(notifications(events)).isEmpty();
			write("ada", 5, 6);
			assertThat(client.inbox().nextNotification().data()).isEqualTo("5");
		}
	}

	/// An open transaction holds the gateway at its first record, which is then deleted.
	@Test
	void aSessionIsToldWhatTheGatewayHasMissed() throws Exception {
		String token = this.gateway.issuer().token("bea");
		TopicPartition partition = new TopicPartition(this.topic, 1);
		try (TestClient client = TestClient.open(this.gateway.uri(), token);
				Records transactional = Records.transactional(TestBroker.shared().bootstrapServers(),
						"told" + this.topic)) {
			write("bea", 0, 2);
			assertThat(client.inbox().nextNotifications(2)).hasSize(2);
			transactional.producer().beginTransaction();
			transactional.write(this.topic, 1, bytes("bea"), bytes("2"));
			write("bea", 3, 6);
			admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6))).all().get(20, TimeUnit.SECONDS);
			transactional.producer().abortTransaction();
			records.write(this.topic, 1, bytes("bea"), bytes("\"after\""));

			assertThat(ToldGap.of(client.inbox().nextButHeartbeats()).range()).isEqualTo("retention 1 2..6");
			assertThat(client.inbox().nextNotification().data()).isEqualTo("\"after\"");
		}
	}

	@Test
	void aSessionIsToldThatItsTopicWasMadeAnew() throws Exception {
		try (TestClient client = TestClient.open(this.gateway, "cem")) {
			write("cem", 0, 4);
			assertThat(client.inbox().nextNotifications(4)).hasSize(4);

			makeAnew();
			try (Records again = Records.to(TestBroker.shared().bootstrapServers())) {
				again.write(this.topic, 1, bytes("cem"), bytes("\"anew\""));
			}

			Event gap = client.inbox().next("io.fanfare.gap");
			assertThat(ToldGap.of(gap).reason()).isEqualTo("reset");
			assertThat(ToldGap.of(gap).topic()).isEqualTo(this.topic);
			assertThat(client.inbox().nextNotification().data()).isEqualTo("\"anew\"");
		}
	}

	@Test
	void aResumeIsToldThatItsTopicWasMadeAnew() throws Exception {
		write("dot", 0, 4);
		ShortMemory.forget(this.gateway);
		String cursor = TestClient.visit(this.gateway, "dot");
		makeAnew();
		try (Records again = Records.to(TestBroker.shared().bootstrapServers())) {
			again.write(this.topic, 1, bytes("dot"), bytes("\"anew\""));
		}

		try (Gateway replica = this.gateway.replica();
				TestClient client = TestClient.connect(replica, "dot", "cursor=" + cursor)) {
			List<Event> events = client.inbox().untilCaughtUp();

			assertThat(ranges(events)).containsExactlyInAnyOrder("reset 0 0..0", "reset 1 4..4", "reset 2 0..0");
			assertThat(notifications(events)).containsExactly("\"anew\"");
		}
	}

	@Test
	void aCursorAheadOfTheLogIsMovedBackToItsEnd() throws Exception {
		write("eli", 0, 3);
		ShortMemory.forget(this.gateway);
		String cursor = ahead(TestClient.visit(this.gateway, "eli"), "eli", 1000);

		try (TestClient client = resume("eli", cursor)) {
			List<Event> events = client.inbox().untilCaughtUp();

			assertThat(ranges(events)).containsExactly("reset 1 3..1003");
			assertThat(notifications(events)).isEmpty();
			write("eli", 3, 4);
			assertThat(client.inbox().nextNotification().data()).isEqualTo("3");
		}
	}

	@Test
	void offsetsAreLeftOutWhereClientsAreNotToKnow() throws Exception {
		try (Gateway discreet = Gateway.start(ShortMemory.SETTING, "fanfare.journal.catch-up-readers=0",
				"fanfare.session.gap-detail=times")) {
			records.write(discreet.topic("notifications"), "eve", "0");
			ShortMemory.forget(discreet);
			String cursor = TestClient.visit(discreet, "fay");
			records.write(discreet.topic("notifications"), "fay", "1");
			ShortMemory.forget(discreet);

			try (TestClient client = TestClient.connect(discreet, "fay", "cursor=" + cursor)) {
				Event gap = client.inbox().next("io.fanfare.gap");

				assertThat(gap.data()).matches("\\{\"reason\":\"window\",\"since\":\"[^\"]+\",\"until\":\"[^\"]+\"}");
			}
		}
	}

	/// Writes numbers, whose offsets they are, to partition 1.
	private void write(String user, int from, int to) throws Exception {
		for (int number = from; number < to; number++) {
			records.write(this.topic, 1, bytes(user), bytes(Integer.toString(number)));
		}
	}

	private void deleteBefore(long offset) throws Exception {
		admin.deleteRecords(Map.of(new TopicPartition(this.topic, 1), RecordsToDelete.beforeOffset(offset)))
			.all()
			.get(20, TimeUnit.SECONDS);
	}

	private void makeAnew() {
		TestBroker.shared().topics().delete(this.topic);
		TestBroker.shared().topics().create(this.topic, 3);
	}

	private TestClient resume(String user, String cursor) {
		return TestClient.connect(this.gateway, user, "cursor=" + cursor);
	}

	/// Returns a cursor that is so many records further in partition 1 of the first topic
	/// that has any there.
	private static String ahead(String cursor, String user, long records) {
		Cursor real = Cursor.decode(cursor).orElseThrow();
		CursorWriter writer = new CursorWriter().begin(real.cluster(), real.time(), real.topics().size());
		for (Cursor.Topic place : real.topics()) {
			writer.topic(place.name(), place.id(), place.partitions(), place.lanes().length);
			for (int i = 0; i < place.lanes().length; i++) {
				long offset = place.offsets()[i];
				writer.lane(place.lanes()[i], (offset > 0) ? offset + records : 0, place.epochs()[i]);
			}
		}
		return writer.toBase64() + "." + Cursor.addressPart(List.of(new Address("sub", user)));
	}

	private static List<String> ranges(List<Event> events) {
		return ToldGap.among(events).stream().map(ToldGap::range).toList();
	}

	private static List<String> notifications(List<Event> events) {
		return events.stream().filter((event) -> !event.isControl()).map(Event::data).toList();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
