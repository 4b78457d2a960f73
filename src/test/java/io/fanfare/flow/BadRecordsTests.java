package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fanfare.dev.TestBroker;
import io.fanfare.wire.BadRecord;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/// What cannot be delivered is counted, logged, copied and passed by.
@Timeout(120)
class BadRecordsTests {

	private static final String DEAD_LETTERS = "dead-letters-" + ProcessHandle.current().pid();

	private static Gateway gateway;

	private static Records records;

	@BeforeAll
	static void start() {
		TestBroker.shared().topics().create(DEAD_LETTERS, 1);
		gateway = Gateway.start("fanfare.ingest.dead-letter-topic=" + DEAD_LETTERS);
		records = Records.to(TestBroker.shared().bootstrapServers());
	}

	@AfterAll
	static void stop() {
		records.close();
		gateway.close();
	}

	@Test
	void passesEveryKindByAndDeliversWhatStandsAround() throws Exception {
		String topic = gateway.topic("notifications");
		Map<String, Double> before = counts();
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("io.fanfare.routing.BadRecords");
		log.start();
		logger.addAppender(log);
		Map<String, String> dead = new TreeMap<>();
		try (Subscriber alice = Subscriber.connect(gateway, "alice")) {
			records.write(topic, "alice", "\"first\"");
			dead.put(position(topic, records.write(topic, null, "1")), "no-recipient");
			dead.put(position(topic, records.write(topic, "", "1")), "no-recipient");
			dead.put(position(topic, records.write(topic, "alice", null)), "tombstone");
			dead.put(position(topic, records.write(topic, "alice", '"' + "x".repeat(1_040_000) + '"')), "too-large");
			dead.put(position(topic, records.write(topic, "alice", "1", "h", "x".repeat(70_000))), "too-large");
			for (String hex : new String[] { "7B", "22C0AF22", "EFBBBF7B7D", "007B007D", "7B7D7B7D", "" }) {
				dead.put(position(topic, records.write(topic, 0, "alice".getBytes(StandardCharsets.UTF_8),
						HexFormat.of().parseHex(hex))), "invalid-json");
			}
			dead.put(position(topic, records.write(topic, "alice", "1", "ce_specversion", "1.0")), "invalid-event");
			dead.put(position(topic, records.write(topic, "alice", "1", "ce_specversion", "1.0", "ce_id", "1",
					"ce_source", "/fanfare", "ce_type", "t")), "reserved");
			records.write(topic, 0, new byte[] { (byte) 0xFF, (byte) 0xFE }, new byte[] { '1' });
			records.write(topic, "alice", "\"last\"");

			assertThat(alice.nextData(2)).containsExactly("\"first\"", "\"last\"");
		}
		finally {
			logger.detachAppender(log);
		}

		Map<String, Double> counted = counts();
		counted.replaceAll((reason, count) -> count - before.getOrDefault(reason, 0.0));
		assertThat(counted).isEqualTo(Map.of("tombstone", 1.0, "no-recipient", 2.0, "too-many-recipients", 0.0,
				"too-large", 2.0, "invalid-json", 6.0, "invalid-event", 1.0, "reserved", 1.0, "undeliverable", 0.0));
		assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage)
			.hasSizeLessThanOrEqualTo(6)
			.anySatisfy((line) -> assertThat(line)
				.matches("Passed by record " + topic + "-0@\\d+: reserved \\(\\d+ more since the last line\\)"));
		assertThat(deadLetters(dead.keySet())).isEqualTo(dead);
	}

	@Test
	void doesNotLookAtContentThatIsForNobody() throws Exception {
		String topic = gateway.topic("notifications");
		try (Subscriber bob = Subscriber.connect(gateway, "bob")) {
			double before = count(BadRecord.INVALID_JSON);

			records.write(topic, "nobody", "{");
			records.write(topic, "bob", "1");

			assertThat(bob.nextData(1)).containsExactly("1");
			assertThat(count(BadRecord.INVALID_JSON)).isEqualTo(before);
		}
	}

	@Test
	void deliversARecordOnceHoweverOftenAHeaderNamesItsRecipient() throws Exception {
		String topic = gateway.topic("headers");
		try (Subscriber carol = Subscriber.connect(gateway, "carol");
				Subscriber dave = Subscriber.connect(gateway, "dave")) {
			double before = count(BadRecord.TOO_MANY_RECIPIENTS);
			String[] tooMany = new String[202];
			for (int i = 0; i < tooMany.length; i += 2) {
				tooMany[i] = "to";
				tooMany[i + 1] = "carol";
			}

			records.write(topic, "x", "1", "to", "carol", "to", "dave", "to", "carol", "to", "", "to", "nobody");
			records.write(topic, "carol", "2", "other", "carol");
			records.write(topic, "x", "3", tooMany);
			records.write(topic, null, "4", "to", "carol");

			assertThat(carol.nextData(2)).containsExactly("1", "4");
			assertThat(dave.nextData(1)).containsExactly("1");
			assertThat(count(BadRecord.TOO_MANY_RECIPIENTS)).isEqualTo(before + 1);
		}
	}

	@Test
	void deliversCommittedRecordsAloneAndReachesTheEndBehindTheirMarkers() throws Exception {
		String topic = gateway.topic("notifications");
		try (Subscriber erin = Subscriber.connect(gateway, "erin");
				Records transactional = Records.transactional(TestBroker.shared().bootstrapServers(), topic)) {
			transactional.producer().beginTransaction();
			transactional.write(topic, "erin", "\"aborted\"");
			transactional.producer().abortTransaction();
			transactional.producer().beginTransaction();
			transactional.write(topic, "erin", "\"committed\"");
			transactional.producer().commitTransaction();

			assertThat(erin.nextData(1)).containsExactly("\"committed\"");
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.during(Duration.ofSeconds(1))
				.until(() -> gateway.sessions().ingestLagMs() == 0);
			records.write(topic, "erin", "\"after\"");
			assertThat(erin.nextData(1)).containsExactly("\"after\"");
		}
	}

	private static String position(String topic, long offset) {
		return topic + "/0/" + offset;
	}

	private static Map<String, Double> counts() {
		Map<String, Double> counts = new TreeMap<>();
		for (BadRecord reason : BadRecord.values()) {
			counts.put(reason.tag(), count(reason));
		}
		return counts;
	}

	private static double count(BadRecord reason) {
		return gateway.bean(MeterRegistry.class)
			.get("fanfare.ingest.bad.records")
			.tag("reason", reason.tag())
			.counter()
			.count();
	}

	private static Map<String, String> deadLetters(Set<String> wanted) {
		Map<String, String> found = new TreeMap<>();
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", TestBroker.shared().bootstrapServers()), new StringDeserializer(),
				new ByteArrayDeserializer())) {
			TopicPartition partition = new TopicPartition(DEAD_LETTERS, 0);
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
				for (ConsumerRecord<String, byte[]> copy : consumer.poll(Duration.ofMillis(200))) {
					if (wanted.contains(copy.key())) {
						found.put(copy.key(), new String(copy.headers().lastHeader("fanfare-reason").value(),
								StandardCharsets.UTF_8));
					}
				}
				return found.keySet().equals(wanted);
			});
		}
		return found;
	}

}
