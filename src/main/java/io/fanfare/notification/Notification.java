package io.fanfare.notification;

import org.jspecify.annotations.Nullable;

/// One decoded record: a CloudEvent, ready to be framed.
///
/// @param event the CloudEvent in the JSON event format, UTF-8
/// @param timestamp record timestamp in milliseconds since the epoch
/// @param expiresAt `expirytime` in milliseconds since the epoch, or [#NEVER]
/// @param collapseKey `collapsekey` scoped by topic and source, or `null`
public record Notification(byte[] event, long timestamp, long expiresAt, @Nullable CollapseKey collapseKey) {

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
