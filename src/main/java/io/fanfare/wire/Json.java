package io.fanfare.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Strict JSON: RFC 8259 in RFC 3629 UTF-8 without a byte order mark, and nothing else.
///
/// Jackson given bytes would detect UTF-16 and accept overlong sequences; a browser fails
/// the connection on those. So the bytes are decoded here, and Jackson sees characters.
final class Json {

	private static final JsonFactory FACTORY = new JsonFactory();

	private Json() {
	}

	/// Returns the text of well-formed UTF-8.
	static Optional<String> utf8(byte[] bytes) {
		try {
			return Optional.of(StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes))
				.toString());
		}
		catch (CharacterCodingException ex) {
			return Optional.empty();
		}
	}

	/// Opens a parser over text. Its methods throw [JacksonException] on bad input.
	static JsonParser parser(String text) {
		return FACTORY.createParser(ObjectReadContext.empty(), text);
	}

	/// Moves from a value's first token to its last, checking all between.
	static void skip(JsonParser parser) {
		parser.skipChildren();
		// Scalars are parsed lazily: numbers and strings are only checked when read.
		parser.finishToken();
	}

}
