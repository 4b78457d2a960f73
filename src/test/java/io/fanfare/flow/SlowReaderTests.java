package io.fanfare.flow;

import java.util.ArrayList;
import java.util.List;

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
	void aStalledReaderIsCutOffWhileTheOthersGetEverything() {
		int records = 600;
		String filler = "x".repeat(20_000);
		try (Gateway gateway = Gateway.start("fanfare.socket.close-timeout=1s");
				Backend backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
				RawClient stalled = RawClient.connect(gateway.port(), 1024)) {
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
			Awaitility.await().atMost(Inbox.PATIENCE).until(() -> gateway.sessions().size() == 3);
			assertThat(meters.get("fanfare.closes").tag("code", "4508").counter().count()).isEqualTo(1);
			assertThat(meters.get("fanfare.drops").tag("reason", "overflow").counter().count()).isEqualTo(1);
			healthy.forEach(TestClient::close);
		}
	}

}
