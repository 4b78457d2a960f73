package io.fanfare.flow;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.fanfare.dev.TestBroker;
import io.fanfare.flow.RawClient.RawFrame;
import io.fanfare.wire.CloseCode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// What clients may send, what they may not, and that others notice nothing of it.
@ExtendWith(OutputCaptureExtension.class)
class ClientFramesTests {

	private static final String EVENT = "{\"specversion\":\"1.0\",\"id\":\"c-1\",\"source\":\"/client\",\"type\":\"io.fanfare.from-the-future\"}";

	private static Gateway gateway;

	private static Backend backend;

	private static TestClient bystander;

	/// Characters logged before the test.
	private int logged;

	@BeforeAll
	static void start() {
		gateway = Gateway.start("fanfare.session.max-per-user=1000", "fanfare.socket.max-inbound-frame=16KB",
				"fanfare.socket.max-upgrades-per-second=0");
		backend = new Backend(gateway, TestBroker.shared().bootstrapServers());
		bystander = TestClient.open(gateway, "bystander");
	}

	@AfterAll
	static void stop() {
		bystander.close();
		backend.close();
		gateway.close();
	}

	@BeforeEach
	void noteTheLog(CapturedOutput output) {
		this.logged = output.length();
	}

	@AfterEach
	void theBystanderIsAloneAndWell() {
		awaitSessions(1);
		backend.publish("notifications", "bystander", "{}");
		backend.flush();
		bystander.inbox().nextNotification();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void endsTheSession(String name, CloseCode code, byte[] bytes, CapturedOutput output) {
		try (RawClient client = RawClient.open(gateway, "zoe")) {
			client.sendBytes(bytes);

			assertThat(client.readClose()).isEqualTo(new Close(code.code(), code.reason()));

			client.sendClose(code.code());
			assertThat(client.isAtEnd()).isTrue();
		}
		assertThat(since(output)).doesNotContain("Exception", "WARN", "ERROR");
	}

	static Stream<Arguments> endsTheSession() {
		int fin = RawClient.FIN;
		int text = RawClient.TEXT;
		int ping = RawClient.PING;
		int close = RawClient.CLOSE;
		byte[] event = EVENT.getBytes(StandardCharsets.UTF_8);
		byte[] tenKilobytes = new byte[10 * 1024];
		Arrays.fill(tenKilobytes, (byte) ' ');
		return Stream.of(arguments("binary", CloseCode.BINARY_FRAME, frame(fin | RawClient.BINARY, event)),
				invalidUtf8("a byte that never occurs", "ff"), invalidUtf8("overlong", "22c0af22"),
				invalidUtf8("a surrogate", "22eda08022"), invalidUtf8("cut off", "22f09f98"),
				arguments("fragments that are no UTF-8 together", CloseCode.INVALID_UTF8,
						join(frame(text, hex("22ce")), frame(fin, hex("22")))),
				noEvent(""), noEvent("hello"), noEvent("{}"), noEvent("[]"), noEvent("[" + EVENT + "]"), noEvent("1"),
				noEvent("null"), noEvent(EVENT + EVENT), noEvent(EVENT.replace("\"id\"", "\"di\"")),
				noEvent(EVENT.replace("c-1", "")), noEvent(EVENT.replace("1.0", "0.3")),
				noEvent(EVENT.substring(0, EVENT.length() - 1)),
				noEvent("{\"a\":".repeat(2000) + "1" + "}".repeat(2000)),
				arguments("one frame too big", CloseCode.TOO_BIG, frame(fin | text, new byte[16 * 1024 + 1])),
				arguments("a promise of 4 EB", CloseCode.TOO_BIG, hex("81ff3fffffffffffffff00000000")),
				arguments("fragments too big together", CloseCode.TOO_BIG,
						join(frame(text, tenKilobytes), frame(fin, tenKilobytes))),
				protocolError("unmasked", RawClient.frame(fin | text, event, false)),
				protocolError("RSV1", frame(fin | 0x40 | text, event)),
				protocolError("RSV2", frame(fin | 0x20 | text, event)),
				protocolError("RSV3", frame(fin | 0x10 | text, event)),
				protocolError("RSV1 on a ping", frame(fin | 0x40 | ping, new byte[0])),
				protocolError("opcode 3", frame(fin | 0x3, event)), protocolError("opcode 7", frame(fin | 0x7, event)),
				protocolError("opcode B", frame(fin | 0xB, new byte[0])),
				protocolError("opcode F", frame(fin | 0xF, new byte[0])),
				protocolError("a continuation of nothing", frame(fin, event)),
				protocolError("a message within a message", join(frame(text, event), frame(fin | text, event))),
				protocolError("a fragmented ping", frame(ping, new byte[0])),
				protocolError("a long ping", frame(fin | ping, new byte[126])),
				protocolError("a length longer than needed", hex("81fe00050000000068656c6c6f")),
				protocolError("a close of one byte", frame(fin | close, new byte[1])),
				protocolError("close 999", frame(fin | close, hex("03e7"))),
				protocolError("close 1005", frame(fin | close, hex("03ed"))),
				protocolError("close 1006", frame(fin | close, hex("03ee"))), arguments(
						"a close whose reason is no UTF-8", CloseCode.INVALID_UTF8, frame(fin | close, hex("03e8ff"))));
	}

	@Test
	void ignoresAndCountsEventsOfUnknownTypes() {
		MeterRegistry meters = gateway.bean(MeterRegistry.class);
		double before = meters.get("fanfare.client.messages").tag("outcome", "ignored").counter().count();
		try (RawClient client = RawClient.open(gateway, "yan")) {
			client.sendText(EVENT);
			client.sendText(EVENT.replace("}", ",\"data\":{\"emoji\":\"😀\"},\"extension\":true}"));

			client.send(RawClient.FIN | RawClient.PING, hex("01"));
			assertThat(client.read().opcode()).isEqualTo(RawClient.PONG);
			backend.publish("notifications", "yan", "{\"n\":1}");
			assertThat(client.readEvent("com.example.notifications").data()).isEqualTo("{\"n\":1}");
		}
		assertThat(meters.get("fanfare.client.messages").tag("outcome", "ignored").counter().count())
			.isEqualTo(before + 2);
	}

	@Test
	void readsAFragmentedMessageWithAPingInside() {
		byte[] event = EVENT.getBytes(StandardCharsets.UTF_8);
		try (RawClient client = RawClient.open(gateway, "xia")) {
			client.send(RawClient.TEXT, Arrays.copyOf(event, 10));
			client.send(RawClient.FIN | RawClient.PING, hex("c0ffee"));
			client.send(RawClient.CONTINUATION, Arrays.copyOfRange(event, 10, 20));
			client.send(RawClient.FIN | RawClient.CONTINUATION, Arrays.copyOfRange(event, 20, event.length));
			client.send(RawClient.FIN | RawClient.PING, hex("02"));

			RawFrame first = client.read();
			assertThat(first.opcode()).isEqualTo(RawClient.PONG);
			assertThat(first.payload().array()).isEqualTo(hex("c0ffee"));
			RawFrame second = client.read();
			assertThat(second.opcode()).isEqualTo(RawClient.PONG);
			assertThat(second.payload().array()).isEqualTo(hex("02"));
		}
	}

	@ParameterizedTest
	@MethodSource
	void answersACloseWithTheSameCode(byte[] payload) {
		try (RawClient client = RawClient.open(gateway, "wim")) {
			client.send(RawClient.FIN | RawClient.CLOSE, payload);

			RawFrame answer = client.read();
			assertThat(answer.opcode()).isEqualTo(RawClient.CLOSE);
			assertThat(answer.payload().array()).startsWith(payload);
			assertThat(client.isAtEnd()).isTrue();
		}
	}

	static Stream<byte[]> answersACloseWithTheSameCode() {
		return Stream.of(hex(""), hex("03e8"), hex("03e9"), hex("0bb8"), hex("1387"),
				join(hex("03e8"), "bye".getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void ignoresWhatComesAfterAClose() {
		try (RawClient client = RawClient.open(gateway, "vic")) {
			client.sendBytes(join(frame(RawClient.FIN | RawClient.CLOSE, hex("03e8")),
					frame(RawClient.FIN | RawClient.BINARY, hex("00"))));

			assertThat(client.readClose().code()).isEqualTo(1000);
			assertThat(client.isAtEnd()).isTrue();
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void anEndWithinAMessageLeavesNothingBehind(String name, Consumer<RawClient> end, CapturedOutput output) {
		try (RawClient client = RawClient.open(gateway, "wim")) {
			client.send(RawClient.TEXT, hex("7b"));

			end.accept(client);
		}
		awaitSessions(1);
		assertThat(since(output)).doesNotContain("Exception", "WARN", "ERROR");
	}

	static Stream<Arguments> anEndWithinAMessageLeavesNothingBehind() {
		Consumer<RawClient> close = (client) -> {
			client.sendClose(1000);
			assertThat(client.readClose().code()).isEqualTo(1000);
			assertThat(client.isAtEnd()).isTrue();
		};
		Consumer<RawClient> violation = (client) -> {
			client.send(RawClient.FIN | 0x3, new byte[0]);
			assertThat(client.readClose().code()).isEqualTo(1002);
		};
		Consumer<RawClient> fin = (client) -> {
			client.shutdownOutput();
			assertThat(client.isAtEnd()).isTrue();
		};
		Consumer<RawClient> reset = RawClient::reset;
		return Stream.of(arguments("close frame", close), arguments("violation", violation), arguments("FIN", fin),
				arguments("RST", reset));
	}

	@Test
	void aResetLeavesNothingBehind(CapturedOutput output) {
		double lost = closes("lost");
		for (int i = 0; i < 20; i++) {
			RawClient.open(gateway, "uma").reset();
		}

		awaitSessions(1);
		assertThat(closes("lost")).isEqualTo(lost + 20);
		assertThat(since(output)).doesNotContain("Exception", "WARN", "ERROR");
	}

	@Test
	void anEndWithoutACloseFrameLeavesNothingBehind(CapturedOutput output) {
		try (RawClient client = RawClient.open(gateway, "tia")) {
			client.shutdownOutput();

			assertThat(client.isAtEnd()).isTrue();
			awaitSessions(1);
		}
		assertThat(since(output)).doesNotContain("Exception", "WARN", "ERROR");
	}

	@Test
	void aClientThatGoesDuringTheHandshakeLeavesNothingBehind(CapturedOutput output) {
		byte[] request = String
			.join("\r\n", "GET /v1/notifications HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade",
					"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
					"Authorization: Bearer " + gateway.issuer().token("sam"), "", "")
			.getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < 50; i++) {
			RawClient client = RawClient.connect(gateway.port());
			client.sendBytes(request);
			client.reset();
		}
		try (RawClient last = RawClient.open(gateway, "sam")) {
			last.sendClose(1000);
			assertThat(last.readClose().code()).isEqualTo(1000);
		}

		awaitSessions(1);
		assertThat(since(output)).doesNotContain("Exception", "WARN", "ERROR");
	}

	private String since(CapturedOutput output) {
		return output.getAll().substring(this.logged);
	}

	private static void awaitSessions(int count) {
		Awaitility.await()
			.atMost(Inbox.PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> gateway.sessions().size() == count);
	}

	private static double closes(String code) {
		return gateway.bean(MeterRegistry.class).get("fanfare.closes").tag("code", code).counter().count();
	}

	private static Arguments noEvent(String text) {
		String name = (text.length() > 40) ? text.substring(0, 40) + "…" : text;
		return arguments(name, CloseCode.NOT_A_CLOUDEVENT,
				frame(RawClient.FIN | RawClient.TEXT, text.getBytes(StandardCharsets.UTF_8)));
	}

	private static Arguments invalidUtf8(String name, String bytes) {
		return arguments(name, CloseCode.INVALID_UTF8, frame(RawClient.FIN | RawClient.TEXT, hex(bytes)));
	}

	private static Arguments protocolError(String name, byte[] bytes) {
		return arguments(name, CloseCode.PROTOCOL_ERROR, bytes);
	}

	private static byte[] frame(int first, byte[] payload) {
		return RawClient.frame(first, payload, true);
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits);
	}

	private static byte[] join(byte[] one, byte[] other) {
		byte[] both = Arrays.copyOf(one, one.length + other.length);
		System.arraycopy(other, 0, both, one.length, other.length);
		return both;
	}

}
