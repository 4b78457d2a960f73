package io.fanfare.load;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;

import org.springframework.boot.convert.DurationStyle;

/// What can be set of a measurement: whole numbers, and durations in milliseconds.
enum Option {

	SESSIONS("N", "sessions that are open", 1, Settings.MAX_SESSIONS),

	SMALL("N", "sessions that it is measured with first", 1, Settings.MAX_SESSIONS),

	LIVE("N", "further sessions, whose latency is measured meanwhile", 1, Settings.MAX_SESSIONS),

	STALLED("N", "further sessions, which stall", 1, Settings.MAX_SESSIONS),

	OPEN_RATE("N", "upgrades begun in a second at most, where sessions open at leisure", 1, 5000),

	IN_FLIGHT("N", "upgrades in flight at most, where sessions come back all at once", 1, 10_000),

	RATE("N", "records published in a second", 1, 1_000_000),

	MISSED("N", "records for each session while it is away", 1, 10_000),

	MISSED_RATE("N", "of those records, published in a second", 1, 1_000_000),

	FILLER("N", "records for nobody, published while sessions are away", 0, 10_000_000),

	CHURN("N", "sessions that are cut and come back in a second", 1, 5000),

	ANNOUNCEMENTS("N", "records for everyone in a minute", 1, 600),

	BURST("N", "records for everyone in one go", 1, 100),

	RECORDS("N", "records published for nobody here", 1, 10_000_000),

	PAIRS("N", "how often gateway and raw Netty are measured in turn; 0 for the gateway alone, once", 0, 100),

	ROUNDS("N", "how often it is measured", 1, 100_000),

	VALUE_SIZE("BYTES", "size of a record's value", Stamp.MIN_VALUE_SIZE, 60_000),

	WARM_UP("DURATION", "time of the same load before anything is recorded", Duration.ZERO),

	DURATION("DURATION", "time that is recorded", Duration.ofSeconds(1));

	private static final int MAX_MINUTES = 30;

	private final String value;

	private final String meaning;

	private final int min;

	private final int max;

	private final boolean duration;

	Option(String value, String meaning, int min, int max) {
		this.value = value;
		this.meaning = meaning;
		this.min = min;
		this.max = max;
		this.duration = false;
	}

	Option(String value, String meaning, Duration min) {
		this.value = value;
		this.meaning = meaning;
		this.min = (int) min.toMillis();
		this.max = MAX_MINUTES * 60_000;
		this.duration = true;
	}

	/// Returns the name on the command line, without the dashes.
	String text() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/// @throws IllegalArgumentException if there is none of that name
	static Option named(String name) {
		return Arrays.stream(values())
			.filter((option) -> option.text().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("unknown option --" + name));
	}

	/// Returns the line that explains the option.
	String help() {
		return "  %-22s %s%n".formatted("--" + text() + "=" + this.value, this.meaning);
	}

	/// Reads a value.
	/// @throws IllegalArgumentException if it makes no sense; the message says why
	int parse(String given) {
		try {
			int number = this.duration ? Math.toIntExact(DurationStyle.detectAndParse(given).toMillis())
					: Integer.parseInt(given.replace("_", ""));
			if (number >= this.min && number <= this.max) {
				return number;
			}
		}
		catch (IllegalArgumentException | ArithmeticException | DateTimeParseException ex) {
			// Told below, as a value out of range is.
		}
		throw new IllegalArgumentException(this.duration
				? "--%s is no duration from %ds to %dm, such as 20s: %s".formatted(text(), this.min / 1000, MAX_MINUTES,
						given)
				: "--%s is no number from %d to %d: %s".formatted(text(), this.min, this.max,
						given.isEmpty() ? "nothing" : given));
	}

	/// Returns a value for a person to read, which is read as the same.
	String text(int of) {
		return this.duration ? ((of % 1000 == 0) ? of / 1000 + "s" : of + "ms") : Integer.toString(of);
	}

}
