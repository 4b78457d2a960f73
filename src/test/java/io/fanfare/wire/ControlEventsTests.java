package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ControlEventsTests {

	private final ControlEvents events = new ControlEvents("s1");

	@Test
	void areNumberedAsTheyAreMade() {
		this.events.heartbeat(0);

		CloudEvent second = read(this.events.heartbeat(12));

		assertThat(second.getId()).isEqualTo("s1-1");
		assertThat(second.getSource()).hasToString("/fanfare/s1");
		assertThat(second.getType()).isEqualTo("io.fanfare.heartbeat");
		assertThat(data(second)).isEqualTo("{\"ingestLagMs\":12}");
	}

	@Test
	void readyTellsTheSessionAndItsUserWhateverTheName() {
		CloudEvent ready = read(this.events.ready("a\"\\\u0001\u2028ü👋", false, Duration.ofSeconds(25),
				Instant.parse("2026-11-24T10:00:00Z"), "1.0.0"));

		assertThat(ready.getType()).isEqualTo("io.fanfare.ready");
		assertThat(data(ready))
			.isEqualTo("{\"session\":\"s1\",\"user\":\"a\\\"\\\\\\u0001\u2028ü👋\",\"resumed\":false,"
					+ "\"heartbeatMs\":25000,\"expiresAt\":\"2026-11-24T10:00:00Z\",\"build\":\"1.0.0\"}");
	}

	@Test
	void goawayTellsWhenToComeBack() {
		CloudEvent goaway = read(this.events.goaway(Duration.ofMillis(1840), "1.0.0"));

		assertThat(goaway.getType()).isEqualTo("io.fanfare.goaway");
		assertThat(data(goaway)).isEqualTo("{\"reason\":\"drain\",\"retryAfterMs\":1840,\"build\":\"1.0.0\"}");
	}

	private static CloudEvent read(Frame frame) {
		return new JsonFormat().deserialize(FrameBytes.text(frame).getBytes(StandardCharsets.UTF_8));
	}

	private static String data(CloudEvent event) {
		return new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
	}

}
