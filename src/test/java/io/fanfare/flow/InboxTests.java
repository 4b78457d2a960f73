package io.fanfare.flow;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InboxTests {

	@Test
	void aReplayIsToldWithoutTheHeartbeatsThatCameMeanwhile() {
		Inbox inbox = new Inbox();
		inbox.text(event("1", "com.example.order"));
		inbox.text(event("2", "io.fanfare.heartbeat"));
		inbox.text(event("3", "io.fanfare.gap"));
		inbox.text(event("4", "io.fanfare.heartbeat"));
		inbox.text(event("5", "io.fanfare.caughtup"));

		assertThat(inbox.untilCaughtUp().stream().map(Event::id)).containsExactly("1", "3");
		assertThat(inbox.drain()).isEmpty();
	}

	private static String event(String id, String type) {
		return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/test\",\"type\":\"" + type + "\"}";
	}

}
