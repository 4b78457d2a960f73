package io.fanfare.wire;

/// The data of an event that does not come in the JSON event format already.
final class EventData {

	private EventData() {
	}

	/// Embeds JSON byte for byte as `data`, anything else as `data_base64` with its
	/// content
	/// type.
	static void write(JsonOutput event, RecordHeaders headers, byte[] value) throws BadRecordException {
		String contentType = headers.contentType();
		if (contentType != null) {
			event.member("datacontenttype", contentType);
		}
		if (!headers.isJsonData()) {
			event.base64("data_base64", value);
			return;
		}
		if (!headers.isUtf8() || !Json.isOneValue(value)) {
			throw new BadRecordException(BadRecord.INVALID_JSON);
		}
		event.raw("data", value);
	}

}
