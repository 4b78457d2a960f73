package io.fanfare.notification;

import org.jspecify.annotations.Nullable;

/// One decoded record: a CloudEvent in the JSON event format, UTF-8, ready to be framed.
///
/// The record's value stands in the event as it is, and is not copied: the event is `opening`,
/// `value` and a closing brace, or `value` alone where `opening` is empty.
///
/// @param opening the event up to `value`, from its opening brace on
/// @param value JSON, or nothing where `opening` has it all
/// @param timestamp record timestamp in milliseconds since the epoch
/// @param expiresAt `expirytime` in milliseconds since the epoch, or [#NEVER]
/// @param collapseKey `collapsekey` scoped by topic and source, or `null`
public record Notification(byte[] opening, byte[] value, long timestamp, long expiresAt,
		@Nullable CollapseKey collapseKey) {

	/// The expiry of a notification that has none.
	public static final long NEVER = Long.MAX_VALUE;

	/// What makes two notifications replace each other.
	///
	/// @param topic name of the topic
	/// @param source CloudEvents `source`
	/// @param key the event's `collapsekey`
	public record CollapseKey(String topic, String source, String key) {
	}

}
