package io.fanfare.wire;

import java.util.Arrays;
import java.util.HexFormat;

import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FrameTests {

	/// RFC 6455 §5.2: FIN and text opcode, then the length in the fewest bytes, unmasked.
	@ParameterizedTest
	@CsvSource({ "0, 8100", "125, 817D", "126, 817E007E", "65535, 817EFFFF", "65536, 817F0000000000010000" })
	void hasTheShortestHeaderForItsLength(int length, String header) {
		byte[] payload = new byte[length];
		Arrays.fill(payload, (byte) 'x');

		Frame frame = Frame.ofControl(payload);

		byte[] expected = HexFormat.of().parseHex(header);
		assertThat(frame.size()).isEqualTo(expected.length + length);
		assertThat(Arrays.copyOf(frame.bytes(), expected.length)).isEqualTo(expected);
		assertThat(Arrays.copyOfRange(frame.bytes(), expected.length, frame.size())).isEqualTo(payload);
	}

	@Test
	void expiresAtTheMomentItNames() {
		Frame frame = Frame.of(new Notification(new byte[2], 1000, 2000, null), 0, 0);

		assertThat(frame.canExpire()).isTrue();
		assertThat(frame.isExpired(1999)).isFalse();
		assertThat(frame.isExpired(2000)).isTrue();
	}

	@Test
	void keepsWhatTheNotificationSays() {
		CollapseKey key = new CollapseKey("orders", "/o", "k");

		Frame frame = Frame.of(new Notification(new byte[2], 1000, Notification.NEVER, key), 0, 0);

		assertThat(frame.timestamp()).isEqualTo(1000);
		assertThat(frame.collapseKey()).isEqualTo(key);
		assertThat(frame.canExpire()).isFalse();
		assertThat(frame.isExpired(Long.MAX_VALUE - 1)).isFalse();
	}

	@Test
	void ofTheGatewayNeverExpires() {
		Frame frame = Frame.ofControl(new byte[2]);

		assertThat(frame.canExpire()).isFalse();
		assertThat(frame.collapseKey()).isNull();
	}

}
