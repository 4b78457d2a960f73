package io.fanfare.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What can be measured.
enum Scenario {

	/// Sessions that receive nothing.
	IDLE,

	/// One record to every session.
	BROADCAST,

	/// Records for one session each.
	UNICAST;

	/// Measures.
	/// @throws LoadException if it cannot be done
	Result run(Settings settings, Target target, Progress progress) throws LoadException, InterruptedException {
		try (Receivers receivers = new Receivers(target.port(), Target.PATH)) {
			Run run = switch (this) {
				case IDLE -> new IdleRun(settings, target, receivers, progress);
				case BROADCAST -> new BroadcastRun(settings, target, receivers, progress);
				case UNICAST -> new UnicastRun(settings, target, receivers, progress);
			};
			return run.measure();
		}
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

	static String names() {
		return Arrays.stream(values()).map(Scenario::toString).collect(Collectors.joining(", "));
	}

	/// @throws IllegalArgumentException if there is none of that name
	static Scenario named(String name) {
		return Arrays.stream(values())
			.filter((scenario) -> scenario.toString().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("no scenario " + name + "; there are " + names()));
	}

	/// One measurement.
	interface Run {

		Result measure() throws LoadException, InterruptedException;

	}

}
