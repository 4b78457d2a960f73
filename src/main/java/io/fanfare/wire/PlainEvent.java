package io.fanfare.wire;

import java.time.Instant;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;

/// A value that is no CloudEvent: wrapped in one that is named after its place in the log.
final class PlainEvent {

	private static final int ENVELOPE_SIZE = 256;

	private static final long END_OF_TIME = Instant.parse("+10000-01-01T00:00:00Z").toEpochMilli();

	private PlainEvent() {
	}

	static Notification decode(LogRecord record, RecordHeaders headers, byte[] value) throws BadRecordException {
		JsonOutput event = new JsonOutput(value.length + ENVELOPE_SIZE).member("specversion", "1.0")
			.member("id", record.topicId() + "-" + record.partition() + "-" + record.offset())
			.member("source", "/kafka/" + record.binding().topic())
			.member("type", record.binding().defaultType());
		// A producer may stamp a record with anything; RFC 3339 ends with the year 9999.
		if (record.timestamp() >= 0 && record.timestamp() < END_OF_TIME) {
			event.member("time", Instant.ofEpochMilli(record.timestamp()).toString());
		}
		TraceContext.write(event, record);
		EventData.write(event, headers, value);
		return new Notification(event.end(), record.timestamp(), Notification.NEVER, null);
	}

}
