package io.fanfare.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class StampTests {

	private final Stamp stamp = new Stamp(123, 456_789, -7, Long.MAX_VALUE);

	@Test
	void isFoundInAFrame() {
		String value = new String(this.stamp.value(200), StandardCharsets.US_ASCII);
		ByteBuf frame = Unpooled.copiedBuffer("{\"id\":\"{\",\"data\":" + value + "}", StandardCharsets.US_ASCII);

		int at = Stamp.find(frame, 0, frame.readableBytes());

		assertThat(Stamp.read(frame, at)).isEqualTo(this.stamp);
	}

	@Test
	void isNotFoundWhereThereIsNone() {
		ByteBuf frame = Unpooled.copiedBuffer("{\"type\":\"io.fanfare.heartbeat\",\"data\":{\"ingestLagMs\":0}}",
				StandardCharsets.US_ASCII);

		assertThat(Stamp.find(frame, 0, frame.readableBytes())).isNegative();
	}

	@Test
	void isJsonOfTheAskedSize() {
		for (int size : new int[] { Stamp.MIN_VALUE_SIZE, 200 }) {
			byte[] value = this.stamp.value(size);

			assertThat(value).hasSize(size);
			assertThat(new JsonMapper().readTree(value).get("load").asString()).hasSize(48);
		}
	}

}
