package io.fanfare.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import io.fanfare.notification.LogRecord;
import org.jspecify.annotations.Nullable;

/// The headers of one record that matter for its content: `content-type` and `ce_`.
///
/// @param contentType the `content-type`, or `null` where there is none or it is blank
/// @param attributes raw values of the `ce_` headers by attribute name, in record order
/// @param repeated whether some `ce_` header stands twice
record RecordHeaders(@Nullable ContentType contentType, Map<String, byte @Nullable []> attributes, boolean repeated) {

	private static final String CLOUDEVENTS = "application/cloudevents";

	/// Of most records.
	private static final RecordHeaders NONE = new RecordHeaders(null, Map.of(), false);

	/// How a record carries its event.
	enum Mode {

		STRUCTURED, BINARY, PLAIN

	}

	/// Reads the headers.
	/// @throws BadRecordException if the content type is no text
	static RecordHeaders of(LogRecord record) throws BadRecordException {
		Reading reading = new Reading();
		record.forEachHeader(reading);
		ContentType contentType = contentType(record.lastHeader("content-type"));
		if (contentType == null && reading.attributes.isEmpty()) {
			return NONE;
		}
		return new RecordHeaders(contentType, reading.attributes, reading.repeated);
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

	/// Gathers the `ce_` headers, of which most records have none.
	private static final class Reading implements BiConsumer<String, byte @Nullable []> {

		private Map<String, byte @Nullable []> attributes = Map.of();

		private boolean repeated;

		@Override
		public void accept(String name, byte @Nullable [] value) {
			if (name.startsWith("ce_")) {
				if (this.attributes.isEmpty()) {
					this.attributes = new LinkedHashMap<>();
				}
				String attribute = name.substring(3);
				this.repeated |= this.attributes.containsKey(attribute);
				this.attributes.put(attribute, value);
			}
		}

	}

}
