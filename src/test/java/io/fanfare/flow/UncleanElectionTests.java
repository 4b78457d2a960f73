package io.fanfare.flow;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import kafka.server.BrokerServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/// A leader is lost with what it alone had, and a follower that was behind takes its place: what
/// clients had of these offsets is no longer in the log.
@Timeout(180)
class UncleanElectionTests {

	private static final int STAYS = 0;

	private static final int LEADER = 1;

	private static final int FOLLOWER = 2;

	private KafkaClusterTestKit cluster;

	private String bootstrapServers;

	private Admin admin;

	private Gateway gateway;

	private String topic;

	@BeforeEach
	void start() throws Exception {
		this.cluster = new KafkaClusterTestKit.Builder(
				new TestKitNodes.Builder().setNumBrokerNodes(3).setNumControllerNodes(1).build())
			.setConfigProp("auto.create.topics.enable", "false")
			.setConfigProp("log.index.size.max.bytes", "1048576")
			.setConfigProp("log.cleaner.dedupe.buffer.size", "4194304")
			.build();
		this.cluster.format();
		this.cluster.startup();
		this.cluster.waitForReadyBrokers();
		// Brokers come back on other ports; this one stays.
		this.bootstrapServers = "localhost:" + broker(STAYS).boundPort(this.cluster.nodes().brokerListenerName());
		this.admin = Admin.create(Map.of("bootstrap.servers", this.bootstrapServers));
		this.gateway = Gateway.startOn(this.bootstrapServers, new Class<?>[0], ShortMemory.SETTING,
				"fanfare.session.cursor-interval=0s");
		this.topic = this.gateway.topic("notifications");
		List<NewTopic> topics = Gateway.TOPICS.stream()
			.map((name) -> name.equals("notifications")
					? new NewTopic(this.topic, Map.of(0, List.of(LEADER, FOLLOWER)))
						.configs(Map.of("min.insync.replicas", "1", "unclean.leader.election.enable", "true"))
					: new NewTopic(this.gateway.topic(name), Map.of(0, List.of(STAYS))))
			.toList();
		this.admin.createTopics(topics).all().get(20, TimeUnit.SECONDS);
		this.gateway.awaitReady();
	}

	@AfterEach
	void stop() throws Exception {
		this.gateway.close();
		this.admin.close(Duration.ofSeconds(1));
		this.cluster.close();
	}

	@Test
	void aSessionAndAResumeAreToldWhatTheLogHasLost() throws Exception {
		try (TestClient live = TestClient.open(this.gateway, "ann")) {
			write(0, 5);
			awaitInSync(2);
			stop(FOLLOWER);
			awaitInSync(1);
			write(5, 10);
			String cursor = live.inbox().nextNotifications(10).getLast().cursor();

			stop(LEADER);
			broker(FOLLOWER).startup();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> leader() == FOLLOWER);
			try (Records records = Records.to(this.bootstrapServers)) {
				assertThat(records.write(this.topic, "ann", "\"instead\"")).as("the log was truncated").isEqualTo(5);
			}

			Event gap = live.inbox().next("io.fanfare.gap");
			assertThat(ToldGap.of(gap).range()).isEqualTo("reset 0 5..10");
			assertThat(live.inbox().nextNotification().data()).isEqualTo("\"instead\"");
			try (TestClient again = TestClient.connect(this.gateway, "ann", "cursor=" + cursor)) {
				List<Event> events = again.inbox().untilCaughtUp();
				assertThat(ToldGap.among(events)).extracting(ToldGap::range).containsExactly("reset 0 5..10");
				assertThat(events.getLast().data()).isEqualTo("\"instead\"");
			}
			// It has not read where the log parted: all that is before may be something
			// else.
			try (Gateway replica = this.gateway.replica();
					TestClient again = TestClient.connect(replica, "ann", "cursor=" + cursor)) {
				List<Event> events = again.inbox().untilCaughtUp();
				assertThat(ToldGap.among(events)).extracting(ToldGap::range).containsExactly("reset 0 0..10");
				write(6, 7);
				assertThat(again.inbox().nextNotification().data()).isEqualTo("6");
			}
		}
	}

	private void write(int from, int to) throws Exception {
		try (Records records = Records.to(this.bootstrapServers)) {
			for (int n = from; n < to; n++) {
				records.write(this.topic, "ann", Integer.toString(n));
			}
		}
	}

	private void stop(int id) {
		broker(id).shutdown();
		broker(id).awaitShutdown();
	}

	private BrokerServer broker(int id) {
		return Objects.requireNonNull(this.cluster.brokers().get(id));
	}

	private void awaitInSync(int replicas) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> partition().isr().size() == replicas);
	}

	private int leader() throws Exception {
		Node leader = partition().leader();
		return (leader != null) ? leader.id() : -1;
	}

	private TopicPartitionInfo partition() throws Exception {
		return Objects
			.requireNonNull(this.admin.describeTopics(List.of(this.topic))
				.allTopicNames()
				.get(20, TimeUnit.SECONDS)
				.get(this.topic))
			.partitions()
			.getFirst();
	}

}
