package io.fanfare.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pauses that a gateway's JVM logs (`-Xlog:gc`, decorated with the time).
final class GcLog {

	private static final Pattern PAUSE = Pattern
		.compile("^\\[([^\\]]+)\\] GC\\(\\d+\\) Pause (.*) \\d+M->(\\d+)M\\(\\d+M\\) ([\\d.]+)ms$");

	private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
		.append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
		.appendOffset("+HHMM", "+0000")
		.toFormatter();

	private GcLog() {
	}

	/// Returns the pauses in a log, oldest first.
	static List<Pause> pauses(Path log) {
		try {
			return pauses(Files.readAllLines(log));
		}
		catch (IOException ex) {
			throw new IllegalStateException(log + " cannot be read", ex);
		}
	}

	static List<Pause> pauses(List<String> lines) {
		return lines.stream().map(PAUSE::matcher).filter(Matcher::matches).map(GcLog::pause).toList();
	}

	private static Pause pause(Matcher matcher) {
		String cause = matcher.group(2);
		return new Pause(TIME.parse(matcher.group(1), Instant::from),
				cause.contains("Diagnostic") || cause.contains("Heap Inspection"), Integer.parseInt(matcher.group(3)),
				Double.parseDouble(matcher.group(4)));
	}

	/// One pause.
	///
	/// @param asked whether somebody asked the JVM to collect, as this tool does before
	/// it
	/// looks at memory
	/// @param heapMb megabytes in use after it
	/// @param millis how long it took
	record Pause(Instant at, boolean asked, int heapMb, double millis) {
	}

}
