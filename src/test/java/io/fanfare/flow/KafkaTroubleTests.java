package io.fanfare.flow;

import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fanfare.dev.KraftBroker;
import io.fanfare.session.Gate;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// A gateway through everything that brokers and topics do. One broker of its own, which is down
/// when the gateway starts; each test leaves it up and the gateway at the end of the log.
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaTroubleTests {

	private static final String[] TOPICS = { "notifications", "tenants", "groups", "headers", "announcements" };

	private static final String LATE = "late-" + ProcessHandle.current().pid();

	private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static KraftBroker broker;

	private static Gateway gateway;

	@BeforeAll
	static void startWithoutABroker() {
		broker = KraftBroker.startOnFreePort();
		broker.stop();
		gateway = Gateway.startOn(broker.bootstrapServers(), new Class<?>[0], "fanfare.socket.heartbeat-interval=300ms",
				"fanfare.ingest.topics[5].name=" + LATE);
		// Only now: Boot's start takes appenders away.
		LOG.start();
		log().addAppender(LOG);
	}

	@AfterAll
	static void stop() {
		log().detachAppender(LOG);
		gateway.close();
		broker.close();
		HTTP.close();
	}

	@Test
	@Order(1)
	void startsWithoutABrokerAndIsReadyWhenItHasCome() throws Exception {
		assertThat(gateway.health("liveness")).isEqualTo(200);
		assertThat(gateway.health("readiness")).isEqualTo(503);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> Subscriber.connect(gateway, "alice"))
			.havingCause()
			.isInstanceOfSatisfying(WebSocketHandshakeException.class,
					(refusal) -> assertThat(refusal.getResponse().statusCode()).isEqualTo(503));

		broker.start();
		for (String topic : TOPICS) {
			broker.topics().create(gateway.topic(topic), 1);
		}

		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> gateway.health("readiness") == 200);
		assertThat(gateway.sessions().gate()).isEqualTo(Gate.OPEN);
		assertDelivers("notifications", "\"first\"");
	}

	@Test
	@Order(2)
	void readsATopicThatComesLateFromItsBeginningWhileOthersFlow() throws Exception {
		try (Subscriber alice = Subscriber.connect(gateway, "alice"); Records records = records()) {
			records.write(gateway.topic("notifications"), "alice", "\"flows\"");
			assertThat(alice.nextData(1)).containsExactly("\"flows\"");
			assertThat(lines("Topic '" + LATE + "' does not exist")).hasSize(1);

			broker.topics().create(LATE, 1);
			records.write(LATE, "alice", "\"late\"");

			assertThat(alice.nextData(1)).containsExactly("\"late\"");
			assertThat(lines("Topic '" + LATE + "' does not exist")).hasSize(1);
		}
	}

	@Test
	@Order(3)
	void readsPartitionsThatAreAddedFromTheirBeginning() throws Exception {
		String topic = gateway.topic("notifications");
		try (Subscriber alice = Subscriber.connect(gateway, "alice"); Records records = records()) {
			broker.topics().extend(topic, 4);
			for (int partition = 1; partition < 4; partition++) {
				records.write(topic, partition, "alice".getBytes(StandardCharsets.UTF_8),
						("" + partition).getBytes(StandardCharsets.UTF_8));
			}

			assertThat(alice.nextData(3)).containsExactlyInAnyOrder("1", "2", "3");
		}
	}

	@Test
	@Order(4)
	void losesAndRepeatsNothingAcrossAnOutage() throws Exception {
		String topic = gateway.topic("notifications");
		try (Subscriber alice = Subscriber.connect(gateway, "alice")) {
			List<String> written = new ArrayList<>();
			try (Records records = records()) {
				written.addAll(write(records, topic, 0, 300));
			}

			broker.stop();

			alice.forgetHeartbeats();
			long first = awaitLag(alice, 1);
			awaitLag(alice, first + 500);
			assertThat(gateway.health("readiness")).isEqualTo(200);
			assertThat(gateway.health("liveness")).isEqualTo(200);
			assertThat(alice.isOpen()).isTrue();

			broker.start();
			try (Records records = records()) {
				written.addAll(write(records, topic, 300, 600));
				records.write(topic, "alice", "\"end\"");
			}

			written.add("\"end\"");
			assertThat(alice.nextData(written.size())).isEqualTo(written);
			awaitEnd();
			assertDelivers("tenants", null);
			assertThat(alice.isOpen()).isTrue();
			assertThat(lines("Kafka does not answer").size()).isEqualTo(lines("Kafka answers again").size());
		}
	}

	@Test
	@Order(5)
	void goesOnWithATopicThatIsMadeAnew() throws Exception {
		String topic = gateway.topic("notifications");
		try (Subscriber alice = Subscriber.connect(gateway, "alice"); Records records = records()) {
			records.write(topic, "alice", "\"old\"");
			Event old = alice.next();

			String line = "Topic '" + topic + "' does not exist";
			int told = lines(line).size();
			broker.topics().delete(topic);
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lines(line).size() == told + 1);
			records.write(LATE, "alice", "\"others flow\"");
			assertThat(alice.nextData(1)).containsExactly("\"others flow\"");
			awaitEnd();
			broker.topics().create(topic, 1);
			try (Records again = records()) {
				again.write(topic, "alice", "\"new\"");
			}

			Event anew = alice.next();
			assertThat(anew.data()).isEqualTo("\"new\"");
			assertThat(anew.id()).isNotEqualTo(old.id());
			awaitEnd();
		}
	}

	@Test
	@Order(6)
	void goesOnWhereTheLogNoLongerHoldsItsOffset() throws Exception {
		String topic = gateway.topic("groups");
		TopicPartition partition = new TopicPartition(topic, 0);
		String token = gateway.issuer().token("bob", Map.of("groups", List.of("staff")));
		try (Subscriber bob = Subscriber.connectWith(gateway, token);
				Records records = records();
				Records transactional = Records.transactional(broker.bootstrapServers(), "open");
				Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
			// An open transaction holds the gateway at its first record, which is then
			// deleted.
			transactional.producer().beginTransaction();
			transactional.write(topic, "staff", "\"open\"");
			long last = records.write(topic, "staff", "\"deleted\"");
			admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(last + 1)))
				.all()
				.get(30, TimeUnit.SECONDS);
			transactional.producer().abortTransaction();

			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> restarts("failure") > 0);
			records.write(topic, "staff", "\"after\"");

			assertThat(bob.nextData(1)).containsExactly("\"after\"");
			assertThat(lines(partition + " no longer holds offset 0, going on at")).hasSize(1);
			awaitEnd();
		}
	}

	private static void assertDelivers(String name, @Nullable String data) throws Exception {
		String value = (data != null) ? data : "\"of " + name + "\"";
		String token = gateway.issuer().token("zoe", Map.of("tenant", "zoe"));
		try (Subscriber zoe = Subscriber.connectWith(gateway, token); Records records = records()) {
			records.write(gateway.topic(name), "zoe", value);
			assertThat(zoe.nextData(1)).containsExactly(value);
		}
	}

	private static List<String> write(Records records, String topic, int from, int to) throws Exception {
		List<String> values = IntStream.range(from, to).mapToObj(Integer::toString).toList();
		for (String value : values) {
			records.write(topic, "alice", value);
		}
		return values;
	}

	private static long awaitLag(Subscriber subscriber, long atLeast) throws InterruptedException {
		long lag = subscriber.nextLag();
		for (int i = 0; lag < atLeast && i < 100; i++) {
			lag = subscriber.nextLag();
		}
		assertThat(lag).isGreaterThanOrEqualTo(atLeast);
		return lag;
	}

	private static void awaitEnd() {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> gateway.sessions().ingestLagMs() == 0);
	}

	private static double restarts(String cause) {
		return gateway.bean(MeterRegistry.class)
			.find("fanfare.ingest.receiver.restarts")
			.tag("cause", cause)
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private static Records records() {
		return Records.to(broker.bootstrapServers());
	}

	private static List<String> lines(String beginning) {
		return List.copyOf(LOG.list)
			.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.filter((line) -> line.startsWith(beginning))
			.toList();
	}

	private static Logger log() {
		return (Logger) LoggerFactory.getLogger("io.fanfare.ingest.Ingest");
	}

}
