package io.fanfare.wire;

/// The data of an event that does not come in the JSON event format already.
final class EventData {

	private static final byte[] NOTHING = {};

	private EventData() {
	}

	/// Embeds JSON byte for byte as `data`, anything else as `data_base64` with its
	/// content type. Without a content type data is JSON.
	/// @return what has to follow to complete the data: the JSON, or nothing
	static byte[] write(JsonOutput event, RecordHeaders headers, byte[] value) throws BadRecordException {
		ContentType contentType = headers.contentType();
		if (contentType != null) {
			event.member("datacontenttype", contentType.text());
			if (!contentType.isJson()) {
				event.base64("data_base64", value);
				return NOTHING;
			}
			Attributes.check(contentType.isUtf8(), BadRecord.INVALID_JSON);
		}
		Attributes.check(JsonScanner.isOneValue(value), BadRecord.INVALID_JSON);
		event.name("data");
		return value;
	}

}
