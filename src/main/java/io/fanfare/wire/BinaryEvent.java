package io.fanfare.wire;

import java.util.Map;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;
import org.jspecify.annotations.Nullable;

/// Binary content mode (CloudEvents Kafka binding §3.2): attributes in `ce_` headers, data
/// in the value.
final class BinaryEvent {

	private static final int ENVELOPE_SIZE = 512;

	private BinaryEvent() {
	}

	static Notification decode(LogRecord record, RecordHeaders headers, byte[] value) throws BadRecordException {
		Attributes.check(!headers.repeated(), BadRecord.INVALID_EVENT);
		// Of the binding: the content type alone says what the data is.
		Attributes.check(!headers.attributes().containsKey("datacontenttype"), BadRecord.INVALID_EVENT);
		Attributes.check(!headers.attributes().containsKey("data"), BadRecord.INVALID_EVENT);
		Attributes attributes = new Attributes();
		JsonOutput event = new JsonOutput(ENVELOPE_SIZE);
		for (Map.Entry<String, byte @Nullable []> header : headers.attributes().entrySet()) {
			String text = text(header.getValue());
			attributes.add(header.getKey(), text);
			event.member(header.getKey(), text);
		}
		byte[] data = EventData.write(event, headers, value);
		return attributes.notification(record, event.opening(), data);
	}

	private static String text(byte @Nullable [] header) throws BadRecordException {
		if (header == null) {
			throw new BadRecordException(BadRecord.INVALID_EVENT);
		}
		return Json.utf8(header).orElseThrow(() -> new BadRecordException(BadRecord.INVALID_EVENT));
	}

}
