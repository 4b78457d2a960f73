package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class FrameTests {

	private static final CursorText CURSOR = new CursorText(bytes("AQ"), bytes("x7"));

	/// RFC 6455 §5.2: FIN and text opcode, then the length in the fewest bytes, unmasked.
	@ParameterizedTest
	@CsvSource({ "0, 8100", "125, 817D", "126, 817E007E", "65535, 817EFFFF", "65536, 817F0000000000010000" })
	void hasTheShortestHeaderForItsLength(int length, String header) {
		byte[] payload = new byte[length];
		Arrays.fill(payload, (byte) 'x');

		Frame frame = Frame.ofControl(payload);

		byte[] expected = HexFormat.of().parseHex(header);
		byte[] bytes = FrameBytes.of(frame);
		assertThat(bytes).hasSize(frame.size()).hasSize(expected.length + length);
		assertThat(Arrays.copyOf(bytes, expected.length)).isEqualTo(expected);
		assertThat(Arrays.copyOfRange(bytes, expected.length, bytes.length)).isEqualTo(payload);
	}

	/// An event is what was encoded, the record's value and a brace, or the value alone.
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{'id':1,'data': | [2] | {'id':1,'data':[2]}", "{'id':1 | | {'id':1}",
			" | {'id':{}} | {'id':{}}" })
	void isTheEventWithoutACursorAndWithOne(@Nullable String opening, @Nullable String value, String event) {
		Frame frame = Frame.of(new Notification(bytes(opening), bytes(value), 0, Notification.NEVER, null), 0, 0, "sub",
				List.of());

		assertThat(FrameBytes.text(frame)).isEqualTo(event);
		byte[] withCursor = FrameBytes.of(frame, CURSOR);
		assertThat(withCursor).hasSize(frame.size(CURSOR));
		assertThat(FrameBytes.text(withCursor))
			.isEqualTo(event.substring(0, event.length() - 1) + ",\"cursor\":\"AQ.x7\"}");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 108, 109, 110, 111, 65_516, 65_517, 65_518, 70_000 })
	void hasTheHeaderOfItsLengthWithTheCursor(int length) {
		Frame frame = Frame.ofControl(bytes("{" + " ".repeat(length) + "}\r\n "));

		byte[] withCursor = FrameBytes.of(frame, CURSOR);

		String payload = "{" + " ".repeat(length) + ",\"cursor\":\"AQ.x7\"}";
		assertThat(withCursor).hasSize(frame.size(CURSOR)).isEqualTo(FrameBytes.of(Frame.ofControl(bytes(payload))));
	}

	private static byte[] bytes(@Nullable String text) {
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	@Test
	void expiresAtTheMomentItNames() {
		Frame frame = Frame.of(new Notification(new byte[0], new byte[2], 1000, 2000, null), 0, 0, "sub", List.of());

		assertThat(frame.canExpire()).isTrue();
		assertThat(frame.isExpired(1999)).isFalse();
		assertThat(frame.isExpired(2000)).isTrue();
	}

	@Test
	void keepsWhatTheNotificationSays() {
		CollapseKey key = new CollapseKey("orders", "/o", "k");

		Frame frame = Frame.of(new Notification(new byte[0], new byte[2], 1000, Notification.NEVER, key), 0, 0, "sub",
				List.of());

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
