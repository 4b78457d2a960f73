package io.fanfare.load;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What can be measured, with the options that shape it.
enum Scenario {

	IDLE("memory and CPU of sessions that receive nothing", "--sessions=10000 --open-rate=1000 --duration=30s"),

	BROADCAST("one record to every session: time until the last has it",
			"--sessions=10000 --open-rate=1000 --pairs=5 --rounds=30 --burst=1 --value-size=200") {

		@Override
		void check(Settings settings) {
			if (settings.get(Option.PAIRS) == 0 && !settings.peers().isEmpty()) {
				throw new IllegalArgumentException("--pairs is 0: peers are measured beside raw Netty");
			}
		}

	},

	UNICAST("records for one session each: latency, and that none is lost",
			"--sessions=1000 --open-rate=1000 --rate=1000 --pairs=5 --value-size=200 --warm-up=20s --duration=30s"),

	SWEEP("records for one session each, at a rate that grows until the gateway does not follow",
			"--sessions=10000 --open-rate=1000 --rate=10000 --rounds=20 --value-size=200 --warm-up=20s --duration=10s"),

	GROWTH("records for one session each, with few sessions and with many: CPU per delivery, live heap per session",
			"--sessions=18000 --small=1000 --open-rate=1000 --rate=20000 --pairs=5 --value-size=200 --warm-up=20s"
					+ " --duration=20s") {

		@Override
		void check(Settings settings) {
			if (settings.get(Option.SMALL) >= settings.sessions()) {
				throw new IllegalArgumentException("--small is not less than --sessions");
			}
			if (settings.get(Option.PAIRS) == 0) {
				throw new IllegalArgumentException("--pairs is 0: there is no growth without raw Netty beside it");
			}
		}

	},

	ABSENT("records for users who are not here, as fast as they can be published: what reading costs",
			"--sessions=1000 --open-rate=1000 --records=1000000 --rounds=5 --value-size=200"),

	UPGRADE("sessions come, with a token that is new and with the same again: what an upgrade costs",
			"--sessions=5000 --open-rate=4000 --rounds=5") {

		@Override
		Map<String, String> gatewayProperties() {
			// A token of an earlier round may not keep out one of this.
			return Map.of("fanfare.socket.max-upgrades-per-second", "100000", "fanfare.auth.token-cache-size",
					"1000000");
		}

	},

	START("a gateway starts that has records to read before it is ready",
			"--sessions=1 --open-rate=1000 --records=100000 --rounds=5 --value-size=200"),

	MIXED("records for one session each and for everyone, while sessions come and go",
			"--sessions=10000 --open-rate=1000 --rate=5000 --announcements=12 --churn=50 --value-size=200"
					+ " --warm-up=20s --duration=60s"),

	STORM("sessions are all cut at once and come back with their cursors, while others are live",
			"--sessions=10000 --live=1000 --open-rate=1000 --in-flight=1000 --rate=1000 --missed=20"
					+ " --missed-rate=20000 --rounds=5 --value-size=200 --warm-up=20s"),

	STALLED("half of the records are for sessions that take nothing for a while: the others' latency, memory",
			"--sessions=1000 --stalled=100 --open-rate=1000 --rate=5000 --rounds=5 --value-size=200"
					+ " --warm-up=20s --duration=60s") {

		@Override
		Map<String, String> gatewayProperties() {
			// Who takes nothing answers no ping either.
			return Map.of("fanfare.socket.stall-timeout", "30m", "fanfare.socket.pong-timeout", "30m");
		}

		@Override
		String gatewayFlags() {
			return TRACK_NATIVE;
		}

	},

	OLD_CURSORS("sessions come back with cursors from before the journal, while others are live",
			"--sessions=1000 --live=1000 --open-rate=1000 --in-flight=1000 --rate=1000 --missed=20 --filler=80000"
					+ " --rounds=5 --value-size=200 --warm-up=20s --duration=10s") {

		@Override
		Map<String, String> gatewayProperties() {
			return Map.of("fanfare.journal.max-size", "16MB");
		}

		@Override
		String gatewayFlags() {
			return TRACK_NATIVE;
		}

	};

	private static final String TRACK_NATIVE = "-XX:NativeMemoryTracking=summary";

	private final String meaning;

	private final String options;

	Scenario(String meaning, String options) {
		this.meaning = meaning;
		this.options = options;
	}

	/// Returns the options that the scenario has, and their defaults.
	Map<Option, Integer> defaults() {
		Map<Option, Integer> defaults = new EnumMap<>(Option.class);
		for (String option : this.options.split(" ", -1)) {
			int equals = option.indexOf('=');
			Option named = Option.named(option.substring(2, equals));
			defaults.put(named, named.parse(option.substring(equals + 1)));
		}
		return defaults;
	}

	/// Returns what is measured, in words.
	String meaning() {
		return this.meaning;
	}

	/// Returns properties of the gateway that the scenario needs.
	Map<String, String> gatewayProperties() {
		return Map.of();
	}

	/// Returns JVM flags of the gateway that the scenario needs.
	String gatewayFlags() {
		return "";
	}

	/// Looks at settings of the scenario, each of which is allowed alone.
	/// @throws IllegalArgumentException if they make no sense together; the message says
	/// why
	void check(Settings settings) {
	}

	/// Measures.
	/// @throws LoadException if it cannot be done
	Result run(Settings settings, Target target, Progress progress) throws LoadException, InterruptedException {
		try (Receivers receivers = new Receivers(target.port(), Target.PATH)) {
			Bench bench = new Bench(settings, target, receivers, progress);
			Run run = switch (this) {
				case IDLE -> new IdleRun(bench);
				case BROADCAST -> new BroadcastRun(bench);
				case UNICAST -> new UnicastRun(bench);
				case SWEEP -> new SweepRun(bench);
				case GROWTH -> new GrowthRun(bench);
				case ABSENT -> new AbsentRun(bench);
				case UPGRADE -> new UpgradeRun(bench);
				case START -> new StartRun(bench);
				case MIXED -> new MixedRun(bench);
				case STORM -> new StormRun(bench);
				case STALLED -> new StalledRun(bench);
				case OLD_CURSORS -> new OldCursorsRun(bench);
			};
			return run.measure();
		}
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
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

	/// Returns the lines that explain the scenario.
	String help() {
		return "  %s: %s%n      %s%n".formatted(this, this.meaning, this.options);
	}

	/// One measurement.
	interface Run {

		Result measure() throws LoadException, InterruptedException;

	}

}
