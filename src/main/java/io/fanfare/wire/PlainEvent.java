package io.fanfare.wire;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;

/// A value that is no CloudEvent: wrapped in one that is named after its place in the log.
final class PlainEvent {

	/// What names, punctuation and a time take.
	private static final int ENVELOPE_SIZE = 101;

	private PlainEvent() {
	}

	static Notification decode(LogRecord record, RecordHeaders headers, byte[] value) throws BadRecordException {
		String topic = record.binding().topic();
		String type = record.binding().defaultType();
		int idSize = record.topicId().length() + JsonOutput.length(record.partition())
				+ JsonOutput.length(record.offset());
		// Exact for most records, so that nothing is copied.
		JsonOutput event = new JsonOutput(ENVELOPE_SIZE + idSize + topic.length() + type.length())
			.member("specversion", "1.0")
			.member("id", record.topicId(), record.partition(), record.offset())
			.member("source", "/kafka/", topic)
			.member("type", type)
			// A producer may stamp a record with anything.
			.time("time", record.timestamp());
		TraceContext.write(event, record);
		byte[] data = EventData.write(event, headers, value);
		return new Notification(event.opening(), data, record.timestamp(), Notification.NEVER, null);
	}

}
