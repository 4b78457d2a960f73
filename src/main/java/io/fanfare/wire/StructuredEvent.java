package io.fanfare.wire;

import java.util.Base64;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Structured content mode (CloudEvents Kafka binding §3.3): the value is the event, and
/// goes on byte for byte.
final class StructuredEvent {

	private static final byte[] NOTHING = {};

	private StructuredEvent() {
	}

	static Notification decode(LogRecord record, RecordHeaders headers, byte[] value) throws BadRecordException {
		Attributes.check(headers.isStructuredJson(), BadRecord.INVALID_EVENT);
		String text = Json.utf8(value).orElseThrow(() -> new BadRecordException(BadRecord.INVALID_JSON));
		try (JsonParser parser = Json.parser(text)) {
			Attributes attributes = attributes(parser);
			Attributes.check(parser.nextToken() == null, BadRecord.INVALID_JSON);
			return attributes.notification(record, NOTHING, value);
		}
		catch (JacksonException ex) {
			throw new BadRecordException(BadRecord.INVALID_JSON);
		}
	}

	private static Attributes attributes(JsonParser parser) throws BadRecordException {
		JsonToken first = parser.nextToken();
		Attributes.check(first != null, BadRecord.INVALID_JSON);
		Attributes.check(first == JsonToken.START_OBJECT, BadRecord.INVALID_EVENT);
		Attributes attributes = new Attributes();
		boolean data = false;
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			if (name.equals("data") || name.equals("data_base64")) {
				Attributes.check(!data, BadRecord.INVALID_EVENT);
				data = true;
				Attributes.check(name.equals("data") || isBase64(parser, token), BadRecord.INVALID_EVENT);
				Json.skip(parser);
			}
			else if (token == JsonToken.VALUE_NULL) {
				attributes.addUnset(name);
			}
			else {
				Attributes.check(token == JsonToken.VALUE_STRING || !Attributes.isString(name),
						BadRecord.INVALID_EVENT);
				attributes.add(name, scalar(parser, token));
			}
		}
		return attributes;
	}

	/// Extension attributes are strings, booleans or 32-bit integers (CloudEvents 1.0
	/// §3.1).
	private static String scalar(JsonParser parser, JsonToken token) throws BadRecordException {
		return switch (token) {
			case VALUE_STRING -> parser.getString();
			case VALUE_TRUE, VALUE_FALSE -> token.asString();
			case VALUE_NUMBER_INT -> integer(parser);
			default -> throw new BadRecordException(BadRecord.INVALID_EVENT);
		};
	}

	private static String integer(JsonParser parser) throws BadRecordException {
		Attributes.check(parser.getNumberType() == JsonParser.NumberType.INT, BadRecord.INVALID_EVENT);
		return Integer.toString(parser.getIntValue());
	}

	private static boolean isBase64(JsonParser parser, JsonToken token) {
		if (token != JsonToken.VALUE_STRING) {
			return false;
		}
		try {
			Base64.getDecoder().decode(parser.getString());
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
