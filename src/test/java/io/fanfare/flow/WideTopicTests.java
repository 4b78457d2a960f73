package io.fanfare.flow;

import java.time.Duration;

import io.fanfare.dev.TestBroker;
import io.fanfare.session.Gate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/// A topic of so many partitions that a cursor which names them all is none that a client can
/// send.
class WideTopicTests {

	private static final String WIDE = "wide-" + ProcessHandle.current().pid();

	@BeforeAll
	static void createTopic() {
		TestBroker.shared().topics().create(WIDE, 400);
	}

	@AfterAll
	static void deleteTopic() {
		TestBroker.shared().topics().delete(WIDE);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void nobodyIsLetInAndTheLogNamesTheTopic(CapturedOutput output) {
		try (Gateway gateway = startOverWideTopic("fanfare.ingest.topics[5].partitioner=any")) {
			Gateway.TOPICS.forEach((name) -> TestBroker.shared().topics().create(gateway.topic(name), 1));

			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> missing(gateway) == 0);
			try (RawClient client = RawClient.connect(gateway.port())) {
				assertThat(client.upgrade("Authorization: Bearer " + gateway.issuer().token("ann")).status())
					.isEqualTo(503);
			}
			assertThat(gateway.sessions().gate()).isEqualTo(Gate.NOT_READY);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains(" ERROR "))).singleElement()
			.asString()
			.contains("No session is let in", WIDE + " (400)", "partitioner");
	}

	@Test
	void sessionsAreLetInWhereThePartitionerIsDeclared() {
		try (Gateway gateway = startOverWideTopic("fanfare.ingest.topics[5].partitioner=murmur2")) {
			Gateway.TOPICS.forEach((name) -> TestBroker.shared().topics().create(gateway.topic(name), 1));
			gateway.awaitReady();

			assertThat(TestClient.visit(gateway, "ann")).hasSizeLessThan(256);
		}
	}

	private static double missing(Gateway gateway) {
		return gateway.bean(io.micrometer.core.instrument.MeterRegistry.class)
			.get("fanfare.ingest.topics.missing")
			.gauge()
			.value();
	}

	private static Gateway startOverWideTopic(String partitioner) {
		return Gateway.startOn(TestBroker.shared().bootstrapServers(), new Class<?>[0],
				"fanfare.ingest.topics[5].name=" + WIDE, partitioner);
	}

}
