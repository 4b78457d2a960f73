package io.fanfare.wire;

import java.util.HashSet;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What a client's text frame turned out to be.
public sealed interface ClientEvent {

	/// The type of the event that carries a fresh token.
	String TOKEN = "io.fanfare.token";

	/// Reads one text frame.
	/// @param payload the message, any bytes
	static ClientEvent of(byte[] payload) {
		return Json.utf8(payload).map(ClientEvent::parse).orElseGet(NotUtf8::new);
	}

	private static ClientEvent parse(String text) {
		Set<String> required = new HashSet<>(Set.of("id", "source", "type"));
		boolean version = false;
		String type = "";
		String token = "";
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
					type = name.equals("type") ? parser.getString() : type;
				}
				if (name.equals("data") && value == JsonToken.START_OBJECT) {
					token = token(parser);
				}
				else {
					Json.skip(parser);
				}
			}
			if (!version || !required.isEmpty() || parser.nextToken() != null) {
				return new NotACloudEvent();
			}
			return type.equals(TOKEN) ? new Token(token) : new Unknown();
		}
		catch (JacksonException ex) {
			return new NotACloudEvent();
		}
	}

	/// Reads the data of an event that may carry a token, to its end.
	/// @return the token, empty where there is none
	private static String token(JsonParser parser) {
		String token = "";
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			boolean named = parser.currentName().equals("token");
			if (parser.nextToken() == JsonToken.VALUE_STRING && named) {
				token = parser.getString();
			}
			Json.skip(parser);
		}
		return token;
	}

	/// A fresh token for the session.
	///
	/// @param token a compact JWT, any text; empty where the event has none
	record Token(String token) implements ClientEvent {

		@Override
		public String toString() {
			return "Token";
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
