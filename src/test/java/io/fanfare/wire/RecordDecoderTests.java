package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;

import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;
import io.fanfare.notification.TestRecord;
import io.fanfare.wire.RecordDecoder.Decoded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RecordDecoderTests {

	private static final String STRUCTURED = "application/cloudevents+json";

	@Test
	void refusesANullValue() {
		assertThat(decode(TestRecord.of((byte[]) null))).isEqualTo(bad(BadRecord.TOMBSTONE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "{\"a\":1", "[1,2", "\"open", "{} {}", "1 2", "{}x", "[]]", "nul",
			"undefined", "NaN", "Infinity", "+1", "01", ".5", "1.", "-", "1e", "0x10", "'a'", "{a:1}", "{\"a\":}",
			"[1,]", "{\"a\":1,}", "/**/1", "1//", "\"\t\"", "\"\\x\"", "\"\\u00g0\"", "\uFEFF{}" })
	void refusesWhatIsNotExactlyOneJsonValue(String value) {
		assertThat(decode(TestRecord.of(value))).isEqualTo(bad(BadRecord.INVALID_JSON));
		assertThat(decode(structured(value))).isInstanceOf(Decoded.Bad.class);
	}

	@ParameterizedTest
	@CsvSource({ "overlong slash, 22C0AF22", "overlong quote, 22C0A222", "overlong in three bytes, 22E080AF22",
			"encoded high surrogate, 22EDA08022", "encoded surrogate pair, 22EDA0BDEDB88022",
			"beyond U+10FFFF, 22F490808022", "lone continuation, 228022", "truncated sequence, 22E28222",
			"UTF-16BE, 007B007D", "UTF-16LE, 7B007D00", "UTF-16 with mark, FEFF007B007D", "UTF-32, 0000007B0000007D",
			"byte order mark, EFBBBF7B7D", "Latin-1, 22E922" })
	void refusesJsonInAnythingButStrictUtf8(String what, String hex) {
		byte[] value = HexFormat.of().parseHex(hex);

		assertThat(decode(TestRecord.of(value))).as(what).isEqualTo(bad(BadRecord.INVALID_JSON));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "null", "true", "-0", "1e-7", "\"\\ud800\"", "\"\u2028\"", " [1] \r\n" })
	void embedsAnyJsonValueByteForByte(String value) {
		assertThat(text(decode(TestRecord.of(value)))).endsWith("\"data\":" + value + "}");
	}

	@Test
	void refusesNestingThatAParserMayNotSurvive() {
		String deep = "[".repeat(30_000) + "]".repeat(30_000);

		assertThat(decode(TestRecord.of(deep))).isEqualTo(bad(BadRecord.INVALID_JSON));
		assertThat(decode(structured(event("\"data\":" + deep)))).isEqualTo(bad(BadRecord.INVALID_JSON));
	}

	@Test
	void refusesANumberThatTakesLongToRead() {
		assertThat(decode(TestRecord.of("9".repeat(60_000)))).isEqualTo(bad(BadRecord.INVALID_JSON));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "Application/JSON; charset=utf-8", "text/json",
			"application/json;charset=\"UTF-8\"", "application/vnd.example.v1+json; Charset=Utf-8", "" })
	void takesJsonTypesForJson(String contentType) {
		String event = text(decode(TestRecord.of("{}").header("content-type", contentType)));

		assertThat(event).endsWith("\"data\":{}}");
		assertThat(event.contains("datacontenttype")).isEqualTo(!contentType.isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json; charset=utf-16", "application/json; charset=\"iso-8859-1\"",
			"application/json; a=\"charset=utf-8\"; charset=latin1" })
	void refusesJsonInAnotherCharset(String contentType) {
		assertThat(decode(TestRecord.of("{}").header("content-type", contentType)))
			.isEqualTo(bad(BadRecord.INVALID_JSON));
	}

	@Test
	void isNotMisledByACharsetWithinAnotherParameter() {
		TestRecord record = TestRecord.of("{}").header("content-type", "application/json; note=\"charset=latin1;\"");

		assertThat(decode(record)).isInstanceOf(Decoded.Good.class);
	}

	@Test
	void leavesTheCaseOfAContentTypeAlone() {
		TestRecord record = TestRecord.of("x").header("content-type", "  Multipart/Mixed; boundary=AbC ");

		assertThat(text(decode(record))).contains("\"datacontenttype\":\"Multipart/Mixed; boundary=AbC\"");
	}

	@Test
	void refusesAContentTypeThatIsNoText() {
		assertThat(decode(TestRecord.of("{}").header("content-type", new byte[] { (byte) 0xFF })))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
		assertThat(decode(TestRecord.of("{}").header("content-type", "text/\u0000plain")))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00-0", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01" })
	void leavesOutATraceThatIsNone(String traceparent) {
		TestRecord record = TestRecord.of("1").header("traceparent", traceparent).header("tracestate", "a=b");

		assertThat(text(decode(record))).doesNotContain("trace");
	}

	@Test
	void leavesOutATraceStateThatIsNone() {
		TestRecord record = TestRecord.of("1")
			.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
			.header("tracestate", "a=\n");

		assertThat(text(decode(record))).contains("traceparent").doesNotContain("tracestate");
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "source", "type" })
	void refusesABinaryEventWithoutARequiredAttribute(String missing) {
		TestRecord record = TestRecord.of("{}").header("ce_specversion", "1.0");
		for (String name : new String[] { "id", "source", "type" }) {
			if (!name.equals(missing)) {
				record.header("ce_" + name, "x");
			}
		}

		assertThat(decode(record)).isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "ce_id|again", "ce_ID|x", "ce_my-ext|x", "ce_my_ext|x", "ce_|x", "ce_ext|a\u0007b",
					"ce_ext|\u0085", "ce_time|yesterday", "ce_time|2026-11-24", "ce_time|2026-11-24T10:00Z",
					"ce_time|2026-11-24T10:00:00", "ce_time|2026-02-30T10:00:00Z", "ce_time|``", "ce_expirytime|soon",
					"ce_expirytime|1795514400", "ce_datacontenttype|text/plain", "ce_data|x", "ce_subject|``",
					"ce_dataschema|not a uri" })
	void refusesABadAttributeHeader(String name, String value) {
		assertThat(decode(binary("{}").header(name, value))).isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@Test
	void refusesAnAttributeHeaderThatIsNoUtf8OrNull() {
		assertThat(decode(binary("{}").header("ce_ext", new byte[] { (byte) 0xC0, (byte) 0xAF })))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
		assertThat(decode(binary("{}").header("ce_ext", (byte[]) null))).isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@ParameterizedTest
	@CsvSource({ "0.3", "1.0.1", "2.0", "''" })
	void refusesAnotherSpecificationVersion(String version) {
		TestRecord record = TestRecord.of("{}")
			.header("ce_specversion", version)
			.header("ce_id", "1")
			.header("ce_source", "/o")
			.header("ce_type", "t");

		assertThat(decode(record)).isEqualTo(bad(BadRecord.INVALID_EVENT));
		assertThat(decode(
				structured("{\"specversion\":\"" + version + "\",\"id\":\"1\",\"source\":\"/o\",\"type\":\"t\"}")))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@ParameterizedTest
	@CsvSource({ "/fanfare, t", "/fanfare/s1, t", "/o, io.fanfare.ready" })
	void refusesASourceOrTypeOfTheGateway(String source, String type) {
		TestRecord binary = TestRecord.of("{}")
			.header("ce_specversion", "1.0")
			.header("ce_id", "1")
			.header("ce_source", source)
			.header("ce_type", type);
		String structured = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"%s\",\"type\":\"%s\"}".formatted(source,
				type);

		assertThat(decode(binary)).isEqualTo(bad(BadRecord.RESERVED));
		assertThat(decode(structured(structured))).isEqualTo(bad(BadRecord.RESERVED));
	}

	@Test
	void refusesTheCursorAttribute() {
		assertThat(decode(binary("{}").header("ce_cursor", "AQ"))).isEqualTo(bad(BadRecord.RESERVED));
		assertThat(decode(structured(event("\"cursor\":\"AQ\"")))).isEqualTo(bad(BadRecord.RESERVED));
		assertThat(decode(structured(event("\"cursor\":null")))).isEqualTo(bad(BadRecord.RESERVED));
		assertThat(decode(structured(event("\"curs\\u006fr\":\"AQ\"")))).isEqualTo(bad(BadRecord.RESERVED));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "\"text\"", "1", "null" })
	void refusesAStructuredEventThatIsNoObject(String value) {
		assertThat(decode(structured(value))).isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"id\":\"2\"", "\"id\":null", "\"ext\":{\"a\":1}", "\"ext\":[1]", "\"ext\":1.5",
			"\"ext\":2147483648", "\"Ext\":\"x\"", "\"my_ext\":\"x\"", "\"Ext\":null", "\"\":\"x\"",
			"\"ext\":\"\\u0000\"", "\"ext\":\"\\ud800\"", "\"time\":1", "\"time\":\"\"", "\"subject\":5",
			"\"subject\":\"\"", "\"datacontenttype\":true", "\"expirytime\":5", "\"data\":1,\"data_base64\":\"AA==\"",
			"\"data_base64\":\"AA==\",\"data\":null", "\"data\":1,\"data\":2", "\"data_base64\":\"A\"",
			"\"data_base64\":\"_w==\"", "\"data_base64\":5", "\"a\":null,\"a\":1" })
	void refusesABadMemberOfAStructuredEvent(String member) {
		assertThat(decode(structured(event(member)))).isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@Test
	void refusesRequiredAttributesThatAreNoStrings() {
		assertThat(decode(structured("{\"specversion\":\"1.0\",\"id\":5,\"source\":\"/o\",\"type\":\"t\"}")))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
		assertThat(decode(structured("{\"specversion\":1.0,\"id\":\"5\",\"source\":\"/o\",\"type\":\"t\"}")))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
		assertThat(decode(structured("{\"specversion\":\"1.0\",\"id\":\"5\",\"source\":\"a b\",\"type\":\"t\"}")))
			.isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"a\":null", "\"ext\":-5", "\"ext\":false", "\"data\":null", "\"data\":{\"cursor\":1}",
			"\"time\":\"2026-11-24t10:00:00.123456789+05:30\"", "\"data_base64\":\"\"" })
	void passesAGoodStructuredEventOnByteForByte(String member) {
		String event = "\n" + event(member) + " ";

		assertThat(text(decode(structured(event)))).isEqualTo(event);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/cloudevents", "application/cloudevents-batch+json",
			"application/cloudevents+avro", "application/cloudevents+json; charset=utf-16" })
	void refusesAnyOtherEventFormat(String contentType) {
		TestRecord record = TestRecord.of(event("\"a\":1")).header("content-type", contentType);

		assertThat(decode(record)).isEqualTo(bad(BadRecord.INVALID_EVENT));
	}

	@Test
	void readsExpiryAndCollapseKeyOfBothModes() {
		String members = "\"expirytime\":\"2026-11-24T11:00:00+01:00\",\"collapsekey\":\"k\"";
		TestRecord binary = binary("{}").header("ce_expirytime", "2026-11-24T11:00:00+01:00")
			.header("ce_collapsekey", "k");

		for (TestRecord record : new TestRecord[] { binary, structured(event(members)) }) {
			Notification notification = ((Decoded.Good) decode(record)).notification();
			assertThat(notification.expiresAt()).isEqualTo(Instant.parse("2026-11-24T10:00:00Z").toEpochMilli());
			assertThat(notification.collapseKey()).isEqualTo(new CollapseKey("orders", "/o", "k"));
			assertThat(notification.timestamp()).isEqualTo(TestRecord.TIMESTAMP);
		}
	}

	@Test
	void givesAPlainRecordNeitherExpiryNorCollapseKey() {
		Notification notification = ((Decoded.Good) decode(TestRecord.of("1").header("ce_collapsekey", "k")))
			.notification();

		assertThat(notification.expiresAt()).isEqualTo(Notification.NEVER);
		assertThat(notification.collapseKey()).isNull();
	}

	@Test
	void leavesOutTheTimeOfAPlainRecordThatHasNone() {
		assertThat(text(decode(TestRecord.of("1").stamped(-1)))).doesNotContain("time");
		assertThat(text(decode(TestRecord.of("1").stamped(Long.MAX_VALUE)))).doesNotContain("time");
	}

	private static Decoded decode(TestRecord record) {
		return RecordDecoder.decode(record);
	}

	private static String text(Decoded decoded) {
		assertThat(decoded).isInstanceOf(Decoded.Good.class);
		return FrameBytes.text(((Decoded.Good) decoded).notification());
	}

	private static Decoded bad(BadRecord reason) {
		return new Decoded.Bad(reason);
	}

	private static TestRecord binary(String value) {
		return TestRecord.of(value)
			.header("ce_specversion", "1.0")
			.header("ce_id", "1")
			.header("ce_source", "/o")
			.header("ce_type", "t");
	}

	private static TestRecord structured(String value) {
		return TestRecord.of(value).header("content-type", STRUCTURED);
	}

	private static String event(String member) {
		return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/o\",\"type\":\"t\"," + member + "}";
	}

}
