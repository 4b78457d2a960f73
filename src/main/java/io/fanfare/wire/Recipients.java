package io.fanfare.wire;

import java.util.ArrayList;
import java.util.List;

import io.fanfare.notification.LogRecord;
import org.jspecify.annotations.Nullable;

/// Whom a record names, by the raw bytes of its key or headers, and whether it is one that may
/// be delivered at all. Its content is not looked at.
///
/// @param maxSize bytes that a record's value, and its headers, have at most
public record Recipients(int maxSize) {

	/// Recipients that the headers of one record name at most.
	static final int MAX_PER_RECORD = 100;

	private static final List<byte[]> EVERYONE = List.of(new byte[0]);

	/// Looks at a record.
	public Outcome of(LogRecord record) {
		byte[] value = record.value();
		if (value == null) {
			return new Bad(BadRecord.TOMBSTONE);
		}
		if (value.length > this.maxSize || headersSize(record) > this.maxSize) {
			return new Bad(BadRecord.TOO_LARGE);
		}
		if (record.binding().toEveryone()) {
			return new Named(EVERYONE);
		}
		String header = record.binding().addressHeader();
		return (header != null) ? ofHeaders(record, header) : ofKey(record.key());
	}

	private static Outcome ofKey(byte @Nullable [] key) {
		return (key != null && key.length > 0) ? new Named(List.of(key)) : new Bad(BadRecord.NO_RECIPIENT);
	}

	private static Outcome ofHeaders(LogRecord record, String header) {
		List<byte[]> addresses = new ArrayList<>();
		record.forEachHeader((name, value) -> {
			if (name.equals(header) && value != null && value.length > 0 && addresses.size() <= MAX_PER_RECORD) {
				addresses.add(value);
			}
		});
		if (addresses.isEmpty()) {
			return new Bad(BadRecord.NO_RECIPIENT);
		}
		return (addresses.size() <= MAX_PER_RECORD) ? new Named(addresses) : new Bad(BadRecord.TOO_MANY_RECIPIENTS);
	}

	private static int headersSize(LogRecord record) {
		int[] size = new int[1];
		record.forEachHeader((name, value) -> size[0] += name.length() + ((value != null) ? value.length : 0));
		return size[0];
	}

	/// Who is addressed.
	public sealed interface Outcome {

	}

	/// The record names somebody.
	///
	/// @param addresses values of the topic's claim, raw; one empty for everyone
	public record Named(List<byte[]> addresses) implements Outcome {
	}

	/// The record is passed by.
	///
	/// @param reason why
	public record Bad(BadRecord reason) implements Outcome {
	}

}
