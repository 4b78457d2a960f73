package io.fanfare.wire;

import java.util.LinkedHashMap;
import java.util.Map;

import io.fanfare.notification.LogRecord;
import org.jspecify.annotations.Nullable;

/// The headers of one record that matter for its content: `content-type` and `ce_`.
///
/// @param contentType the `content-type`, or `null` where there is none or it is blank
/// @param attributes raw values of the `ce_` headers by attribute name, in record order
/// @param repeated whether some `ce_` header stands twice
record RecordHeaders(@Nullable ContentType contentType, Map<String, byte @Nullable []> attributes, boolean repeated) {

	private static final String CLOUDEVENTS = "application/cloudevents";

	/// How a record carries its event.
	enum Mode {

		STRUCTURED, BINARY, PLAIN

	}

	/// Reads the headers.
	/// @throws BadRecordException if the content type is no text
	static RecordHeaders of(LogRecord record) throws BadRecordException {
		Map<String, byte @Nullable []> attributes = new LinkedHashMap<>();
		boolean[] repeated = new boolean[1];
		record.forEachHeader((name, value) -> {
			if (name.startsWith("ce_")) {
				String attribute = name.substring(3);
				repeated[0] |= attributes.containsKey(attribute);
				attributes.put(attribute, value);
			}
		});
		return new RecordHeaders(contentType(record.lastHeader("content-type")), attributes, repeated[0]);
	}

	private static @Nullable ContentType contentType(byte @Nullable [] header) throws BadRecordException {
		if (header == null) {
			return null;
		}
		String text = Json.utf8(header).orElseThrow(() -> new BadRecordException(BadRecord.INVALID_EVENT));
		Attributes.check(Attributes.isText(text), BadRecord.INVALID_EVENT);
		return text.isBlank() ? null : ContentType.parse(text);
	}

	Mode mode() {
		if (this.contentType != null && this.contentType.mediaType().startsWith(CLOUDEVENTS)) {
			return Mode.STRUCTURED;
		}
		return this.attributes.containsKey("specversion") ? Mode.BINARY : Mode.PLAIN;
	}

	/// Whether the content type is the JSON event format in UTF-8.
	boolean isStructuredJson() {
		return this.contentType != null && this.contentType.mediaType().equals("application/cloudevents+json")
				&& this.contentType.isUtf8();
	}

}
