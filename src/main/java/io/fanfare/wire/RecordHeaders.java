package io.fanfare.wire;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.fanfare.notification.LogRecord;
import org.jspecify.annotations.Nullable;

/// The headers of one record that matter for its content: `content-type` and `ce_`.
///
/// @param contentType the `content-type`, lower-cased and trimmed, or `null`
/// @param attributes raw values of the `ce_` headers by attribute name, in record order
/// @param repeated whether some `ce_` header stands twice
record RecordHeaders(@Nullable String contentType, Map<String, byte @Nullable []> attributes, boolean repeated) {

	private static final String CLOUDEVENTS = "application/cloudevents";

	/// How a record carries its event.
	enum Mode {

		STRUCTURED, BINARY, PLAIN

	}

	static RecordHeaders of(LogRecord record) {
		Map<String, byte @Nullable []> attributes = new LinkedHashMap<>();
		boolean[] repeated = new boolean[1];
		record.forEachHeader((name, value) -> {
			if (name.startsWith("ce_")) {
				String attribute = name.substring(3);
				repeated[0] |= attributes.containsKey(attribute);
				attributes.put(attribute, value);
			}
		});
		byte[] contentType = record.lastHeader("content-type");
		String type = (contentType != null) ? Json.utf8(contentType).orElse("") : null;
		return new RecordHeaders((type != null) ? type.strip().toLowerCase(Locale.ROOT) : null, attributes,
				repeated[0]);
	}

	Mode mode() {
		if (this.contentType != null && this.contentType.startsWith(CLOUDEVENTS)) {
			return Mode.STRUCTURED;
		}
		return this.attributes.containsKey("specversion") ? Mode.BINARY : Mode.PLAIN;
	}

	/// Whether the content type is the JSON event format in UTF-8.
	boolean isStructuredJson() {
		return mediaType().equals(Optional.of("application/cloudevents+json")) && isUtf8();
	}

	/// Whether data of this content type is embedded as JSON. No content type counts as
	/// JSON.
	boolean isJsonData() {
		return mediaType().map((type) -> type.equals("application/json") || type.endsWith("+json")).orElse(true);
	}

	/// Whether a declared charset, if any, is UTF-8.
	boolean isUtf8() {
		String type = this.contentType;
		if (type == null || !type.contains("charset=")) {
			return true;
		}
		String charset = type.substring(type.indexOf("charset=") + "charset=".length()).split(";", 2)[0];
		return charset.strip().replace("\"", "").equals("utf-8");
	}

	private Optional<String> mediaType() {
		return Optional.ofNullable(this.contentType).map((type) -> type.split(";", 2)[0].strip());
	}

}
