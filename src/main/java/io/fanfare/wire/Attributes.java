package io.fanfare.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;

/// The context attributes of one CloudEvent as they are read, checked against CloudEvents
/// 1.0 §3 and against what the gateway keeps for itself.
final class Attributes {

	/// Attributes that CloudEvents 1.0 §3.1 defines; each is a string, and not empty.
	private static final Set<String> DEFINED = Set.of("specversion", "id", "source", "type", "datacontenttype",
			"dataschema", "subject", "time");

	private static final Set<String> REQUIRED = Set.of("id", "source", "type");

	private static final Pattern RFC_3339 = Pattern
		.compile("\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

	private final Set<String> names = new HashSet<>();

	private final Map<String, String> values = new HashMap<>();

	/// Takes one attribute.
	/// @throws BadRecordException if name or value is not allowed or the name stands
	/// twice
	void add(String name, String value) throws BadRecordException {
		addUnset(name);
		check(isText(value) && !(value.isEmpty() && DEFINED.contains(name)), BadRecord.INVALID_EVENT);
		this.values.put(name, value);
	}

	/// Takes the name of an attribute without a value.
	/// @throws BadRecordException if the name is not allowed or stands twice
	void addUnset(String name) throws BadRecordException {
		check(isName(name), BadRecord.INVALID_EVENT);
		check(!name.equals("cursor"), BadRecord.RESERVED);
		check(this.names.add(name), BadRecord.INVALID_EVENT);
	}

	/// Whether only a string will do as the attribute's value.
	static boolean isString(String name) {
		return DEFINED.contains(name);
	}

	/// Completes the event, whose JSON is `opening` and `value`.
	/// @throws BadRecordException if a required attribute is missing, an attribute
	/// has a bad value, or source or type is reserved
	Notification notification(LogRecord record, byte[] opening, byte[] value) throws BadRecordException {
		check("1.0".equals(this.values.get("specversion")), BadRecord.INVALID_EVENT);
		check(this.values.keySet().containsAll(REQUIRED), BadRecord.INVALID_EVENT);
		String source = this.values.getOrDefault("source", "");
		check(!source.startsWith("/fanfare"), BadRecord.RESERVED);
		check(!this.values.getOrDefault("type", "").startsWith("io.fanfare."), BadRecord.RESERVED);
		uriReference(source);
		uriReference(this.values.getOrDefault("dataschema", ""));
		timestamp("time");
		String collapse = this.values.get("collapsekey");
		return new Notification(opening, value, record.timestamp(), timestamp("expirytime"),
				(collapse != null) ? new CollapseKey(record.binding().topic(), source, collapse) : null);
	}

	private long timestamp(String name) throws BadRecordException {
		String value = this.values.get(name);
		if (value == null) {
			return Notification.NEVER;
		}
		check(RFC_3339.matcher(value).matches(), BadRecord.INVALID_EVENT);
		try {
			return OffsetDateTime.parse(value).toInstant().toEpochMilli();
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw new BadRecordException(BadRecord.INVALID_EVENT);
		}
	}

	private static void uriReference(String value) throws BadRecordException {
		try {
			var _ = new URI(value);
		}
		catch (URISyntaxException ex) {
			throw new BadRecordException(BadRecord.INVALID_EVENT);
		}
	}

	private static boolean isName(String name) {
		return !name.isEmpty() && name.chars().allMatch((c) -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
	}

	static boolean isText(String value) {
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
