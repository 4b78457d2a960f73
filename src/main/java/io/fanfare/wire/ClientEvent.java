package io.fanfare.wire;

import java.util.HashSet;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What a client's text frame turned out to be.
public sealed interface ClientEvent {

	/// Reads one text frame.
	/// @param payload the message, any bytes
	static ClientEvent of(byte[] payload) {
		return Json.utf8(payload).map(ClientEvent::parse).orElseGet(NotUtf8::new);
	}

	private static ClientEvent parse(String text) {
		Set<String> required = new HashSet<>(Set.of("id", "source", "type"));
		boolean version = false;
		try (JsonParser parser = Json.parser(text)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				return new NotACloudEvent();
			}
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String name = parser.currentName();
				JsonToken value = parser.nextToken();
				boolean nonEmptyText = value == JsonToken.VALUE_STRING && !parser.getString().isEmpty();
				if (name.equals("specversion")) {
					version = nonEmptyText && parser.getString().equals("1.0");
				}
				else if (nonEmptyText) {
					required.remove(name);
				}
				Json.skip(parser);
			}
			boolean event = version && required.isEmpty() && parser.nextToken() == null;
			return event ? new Unknown() : new NotACloudEvent();
		}
		catch (JacksonException ex) {
			return new NotACloudEvent();
		}
	}

	/// A CloudEvent of a type that this gateway does not know; a newer client may send
	/// it.
	record Unknown() implements ClientEvent {
	}

	/// Well-formed text that is no CloudEvent.
	record NotACloudEvent() implements ClientEvent {
	}

	/// Not RFC 3629 UTF-8.
	record NotUtf8() implements ClientEvent {
	}

}
