package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

import static org.assertj.core.api.Assertions.assertThat;

/// Tests of [JsonScanner]: it takes what a strict decoder and a strict parser together take.
class JsonScannerTests {

	private static final String[] PARTS = { "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u12aF", "\\n", "\\x", "\"a\"",
			"\"ü€😀\"", "\"\\ud83d\\ude00\"", "0", "-0", "01", "1.5", "1.", ".5", "1e9", "1E+9", "1e-", "-", "true",
			"false", "null", "nul", "True", " ", "\n", "\r", "\t", "\f", "{\"a\":1}", "[1,2]", "[]", "{}", "\u0001",
			"\u007f", "/", "\u00a0", "\ufeff", "NaN", "'a'", "// c\n" };

	@ParameterizedTest
	@ValueSource(strings = { "1", " {\"a\" : [ true , null , \"\\u00e4\" , -0.5e+3 ] } ", "\"\"", "[[],{}]", "0" })
	void takesAValue(String json) {
		assertThat(JsonScanner.isOneValue(json.getBytes(StandardCharsets.UTF_8))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "1 2", "-", "1.", "1e", "tru", "\"\\u12\"",
			"\"\t\"", "\"", "[1", "}", "01", "+1" })
	void refusesWhatIsNone(String json) {
		assertThat(JsonScanner.isOneValue(json.getBytes(StandardCharsets.UTF_8))).isFalse();
	}

	@Test
	void agreesWithTheParserOverMadeUpText() {
		Random random = new Random(1);
		int good = 0;
		for (int i = 0; i < 200_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int parts = random.nextInt(1, 9); parts > 0; parts--) {
				text.append(PARTS[random.nextInt(PARTS.length)]);
			}
			good += agrees(text.toString().getBytes(StandardCharsets.UTF_8)) ? 1 : 0;
		}
		assertThat(good).isGreaterThan(1000);
	}

	@Test
	void agreesWithTheParserOverDamagedBytes() {
		byte[] whole = "{\"specversion\":\"1.0\",\"n\":-12.5e3,\"t\":\"ä€😀\\\"\\u00e4\",\"a\":[true,false,null,{}]}"
			.getBytes(StandardCharsets.UTF_8);
		Random random = new Random(2);
		int good = 0;
		for (int i = 0; i < 200_000; i++) {
			byte[] damaged = whole.clone();
			for (int bytes = random.nextInt(1, 3); bytes > 0; bytes--) {
				damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
			}
			good += agrees(damaged) ? 1 : 0;
		}
		assertThat(good).isGreaterThan(1000);
	}

	@Test
	void agreesWithTheParserOnDepth() {
		for (int depth : new int[] { 499, 500, 501, 10_000 }) {
			agrees(("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.US_ASCII));
			agrees(("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(StandardCharsets.US_ASCII));
		}
	}

	@Test
	void agreesWithTheParserOnEveryCharacterOfTwoBytes() {
		for (int first = 0; first < 256; first++) {
			for (int second = 0; second < 256; second++) {
				agrees(new byte[] { '"', (byte) first, (byte) second, '"' });
				agrees(new byte[] { '"', (byte) first, (byte) second, (byte) 0x80, '"' });
				agrees(new byte[] { '"', (byte) first, (byte) second, (byte) 0x80, (byte) 0x80, '"' });
			}
		}
	}

	private static boolean agrees(byte[] bytes) {
		boolean taken = JsonScanner.isOneValue(bytes);
		assertThat(taken).as(() -> new String(bytes, StandardCharsets.ISO_8859_1)).isEqualTo(parses(bytes));
		return taken;
	}

	private static boolean parses(byte[] bytes) {
		return Json.utf8(bytes).map(JsonScannerTests::parses).orElse(false);
	}

	private static boolean parses(String text) {
		try (JsonParser parser = Json.parser(text)) {
			if (parser.nextToken() == null) {
				return false;
			}
			Json.skip(parser);
			return parser.nextToken() == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

}
