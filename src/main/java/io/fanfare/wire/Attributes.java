package io.fanfare.wire;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;

/// The context attributes of one CloudEvent as they are read, checked against CloudEvents
/// 1.0 §3 and against what the gateway keeps for itself.
final class Attributes {

	private final Map<String, String> values = new HashMap<>();

	/// Takes one attribute.
	/// @throws BadRecordException if name or value is not allowed or the name stands
	/// twice
	void add(String name, String value) throws BadRecordException {
		check(isName(name) && isText(value), BadRecord.INVALID_EVENT);
		check(!name.equals("cursor"), BadRecord.RESERVED);
		check(this.values.put(name, value) == null, BadRecord.INVALID_EVENT);
	}

	/// Completes the event.
	/// @throws BadRecordException if a required attribute is missing, an attribute has a
	/// bad
	/// value, or source or type is reserved
	Notification notification(LogRecord record, byte[] event) throws BadRecordException {
		check("1.0".equals(this.values.get("specversion")), BadRecord.INVALID_EVENT);
		for (String name : new String[] { "id", "source", "type" }) {
			check(!this.values.getOrDefault(name, "").isEmpty(), BadRecord.INVALID_EVENT);
		}
		String source = this.values.getOrDefault("source", "");
		check(!source.startsWith("/fanfare"), BadRecord.RESERVED);
		check(!this.values.getOrDefault("type", "").startsWith("io.fanfare."), BadRecord.RESERVED);
		timestamp("time");
		String collapse = this.values.get("collapsekey");
		return new Notification(event, record.timestamp(), timestamp("expirytime"),
				(collapse != null) ? new CollapseKey(record.binding().topic(), source, collapse) : null);
	}

	private long timestamp(String name) throws BadRecordException {
		String value = this.values.get(name);
		if (value == null) {
			return Notification.NEVER;
		}
		try {
			return OffsetDateTime.parse(value).toInstant().toEpochMilli();
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw new BadRecordException(BadRecord.INVALID_EVENT);
		}
	}

	private static boolean isName(String name) {
		return !name.isEmpty() && name.chars().allMatch((c) -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
	}

	private static boolean isText(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			boolean pair = Character.isHighSurrogate(c) && i + 1 < value.length()
					&& Character.isLowSurrogate(value.charAt(i + 1));
			if (Character.isISOControl(c) || (Character.isSurrogate(c) && !pair)) {
				return false;
			}
			if (pair) {
				i++;
			}
		}
		return true;
	}

	static void check(boolean expected, BadRecord otherwise) throws BadRecordException {
		if (!expected) {
			throw new BadRecordException(otherwise);
		}
	}

}
