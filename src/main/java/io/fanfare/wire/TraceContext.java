package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import io.fanfare.notification.LogRecord;
import org.jspecify.annotations.Nullable;

/// The trace that a plain record belongs to, carried on in the attributes of the CloudEvents
/// distributed tracing extension.
///
/// A header that is not W3C Trace Context is left out: it makes no record bad (§3.2.2.3 of that
/// specification).
final class TraceContext {

	private static final Pattern PARENT = Pattern.compile("(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

	private static final Pattern STATE = Pattern.compile("[\\x20-\\x7e]{1,512}");

	private TraceContext() {
	}

	static void write(JsonOutput event, LogRecord record) {
		String parent = header(record, "traceparent", PARENT);
		if (parent == null) {
			return;
		}
		event.member("traceparent", parent);
		String state = header(record, "tracestate", STATE);
		if (state != null) {
			event.member("tracestate", state);
		}
	}

	private static @Nullable String header(LogRecord record, String name, Pattern pattern) {
		byte[] value = record.lastHeader(name);
		if (value == null) {
			return null;
		}
		String text = new String(value, StandardCharsets.ISO_8859_1);
		return pattern.matcher(text).matches() ? text : null;
	}

}
