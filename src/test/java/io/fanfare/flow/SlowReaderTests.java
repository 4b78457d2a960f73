package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.fanfare.dev.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/// A reader that stands still beside others that do not.
class SlowReaderTests {

	/// Records that fit into a queue together.
	private static final int BATCH = 4;

	@Test
	void aStalledReaderReadsOnWhereItStoppedWhileTheOthersGetEverything() {
		int records = 200;
		String filler = "x".repeat(20_000);
		try (Gateway gateway = Gateway.start("fanfare.socket.heartbeat-interval=10m");
				Backend backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
				RawClient stalled = RawClient.connect(gateway.port(), 64 * 1024)) {
			MeterRegistry meters = gateway.bean(MeterRegistry.class);
			stalled.upgrade("Authorization: Bearer " + gateway.issuer().token("sly"));
			List<TestClient> healthy = new ArrayList<>();
			for (String user : List.of("sly", "amy", "bob")) {
				healthy.add(TestClient.open(gateway, user));
			}
			Awaitility.await().atMost(Inbox.PATIENCE).until(() -> gateway.sessions().size() == 4);

			for (int n = 1; n <= records; n++) {
				backend.publish("announcements", "any", "{\"n\":" + n + ",\"filler\":\"" + filler + "\"}");
				if (n % BATCH == 0) {
					// As fast as the healthy ones read.
					backend.flush();
					for (TestClient client : healthy) {
						assertThat(client.inbox().nextNotifications(BATCH)).hasSize(BATCH);
					}
				}
			}

			assertThat(healthy).noneMatch((client) -> client.inbox().isClosed());
			assertThat(gateway.sessions().size()).isEqualTo(4);
			assertThat(meters.get("fanfare.drops").tag("reason", "overflow").counter().count()).isEqualTo(1);
			assertThat(numbersUntilCaughtUp(stalled)).containsExactlyElementsOf(numbers(records));
			healthy.forEach(TestClient::close);
		}
	}

	@Test
	void aReaderThatWakesReadsOnToTheEndWithoutAnotherEvent() {
		int records = 1_500;
		String filler = "x".repeat(600);
		try (Gateway gateway = Gateway.start("fanfare.socket.heartbeat-interval=10m");
				Backend backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
				RawClient stalled = RawClient.connect(gateway.port(), 64 * 1024)) {
			MeterRegistry meters = gateway.bean(MeterRegistry.class);
			stalled.upgrade("Authorization: Bearer " + gateway.issuer().token("sue"));
			stalled.readEvent("io.fanfare.ready");

			for (int n = 1; n <= records; n++) {
				backend.publish("notifications", "sue", "{\"n\":" + n + ",\"filler\":\"" + filler + "\"}");
			}
			backend.flush();
			Awaitility.await()
				.atMost(Inbox.PATIENCE)
				.until(() -> meters.get("fanfare.drops").tag("reason", "overflow").counter().count() == 1);

			assertThat(numbersUntilCaughtUp(stalled)).containsExactlyElementsOf(numbers(records));
		}
	}

	private static List<Integer> numbersUntilCaughtUp(RawClient client) {
		List<Integer> numbers = new ArrayList<>();
		while (true) {
			RawClient.RawFrame frame = client.read();
			assertThat(frame.opcode()).as("close after %d: %s", numbers.size(), frame).isNotEqualTo(RawClient.CLOSE);
			if (frame.opcode() != RawClient.TEXT) {
				continue;
			}
			Event event = Event.read(StandardCharsets.UTF_8.decode(frame.payload()).toString());
			if (event.type().equals("io.fanfare.caughtup")) {
				return numbers;
			}
			assertThat(event.type()).isNotEqualTo("io.fanfare.gap");
			if (!event.isControl()) {
				numbers.add(Integer.parseInt(event.data().replaceAll("\\{\"n\":(\\d+),.*", "$1")));
			}
		}
	}

	private static List<Integer> numbers(int last) {
		return IntStream.rangeClosed(1, last).boxed().toList();
	}

	@Test
	void aReaderWithoutProgressIsCutOffThoughItsQueueHasRoom() {
		String filler = "x".repeat(60_000);
		try (Gateway gateway = Gateway.start("fanfare.session.queue-bytes=64MB", "fanfare.session.queue-frames=10000",
				"fanfare.socket.stall-timeout=1s", "fanfare.socket.close-timeout=500ms");
				Backend backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
				RawClient stalled = RawClient.connect(gateway.port(), 1024)) {
			MeterRegistry meters = gateway.bean(MeterRegistry.class);
			stalled.upgrade("Authorization: Bearer " + gateway.issuer().token("sid"));
			stalled.readEvent("io.fanfare.ready");

			for (int n = 0; n < 200; n++) {
				backend.publish("notifications", "sid", "\"" + filler + "\"");
			}
			backend.flush();

			Awaitility.await().atMost(Inbox.PATIENCE).until(() -> gateway.sessions().size() == 0);
			assertThat(meters.get("fanfare.closes").tag("code", "4508").counter().count()).isEqualTo(1);
			assertThat(meters.get("fanfare.drops").tag("reason", "overflow").counter().count()).isZero();
		}
	}

	/// A write of several large frames takes longer than the timeout, but moves.
	@Test
	void aReaderThatIsSlowIsNotCutOff() throws InterruptedException {
		String filler = "x".repeat(60_000);
		try (Gateway gateway = Gateway.start("fanfare.socket.stall-timeout=1s",
				"fanfare.socket.heartbeat-interval=10m");
				Backend backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
				RawClient slow = RawClient.connect(gateway.port(), 16 * 1024)) {
			slow.upgrade("Authorization: Bearer " + gateway.issuer().token("sue"));
			slow.readEvent("io.fanfare.ready");
			for (int n = 0; n < 20; n++) {
				backend.publish("notifications", "sue", "\"" + filler + "\"");
			}
			backend.flush();

			for (int i = 0; i < 60; i++) {
				slow.skip(6_000);
				Thread.sleep(75);
			}

			assertThat(gateway.sessions().size()).isEqualTo(1);
		}
	}

}
