package io.fanfare.load;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.boot.convert.DurationStyle;

/// What the load tool was asked for on its command line.
///
/// @param scenario what is measured
/// @param sessions sessions that are open
/// @param openRate upgrades begun in a second at most
/// @param rate records published in a second
/// @param rounds records published to everyone, one after the other
/// @param valueSize bytes of a record's value
/// @param warmUp time of the same load before anything is recorded
/// @param duration time that is recorded
/// @param jar the built gateway
/// @param out folder for results and logs
/// @param gatewayFlags JVM flags of the gateway
/// @param gatewayProperties properties of the gateway, before those that the tool sets
record Settings(Scenario scenario, int sessions, int openRate, int rate, int rounds, int valueSize, Duration warmUp,
		Duration duration, Path jar, Path out, List<String> gatewayFlags, Map<String, String> gatewayProperties) {

	/// Set by the build to the flags that all its JVMs have.
	static final String BUILD_FLAGS = "fanfare.jvm.flags";

	/// What a gateway is run with in production, beside the flags of the build.
	static final String GATEWAY_FLAGS = "-XX:+UseCompactObjectHeaders -XX:+UseSerialGC -Xmx1g";

	/// One process may open 20,000 files.
	private static final int MAX_SESSIONS = 19_000;

	static final String HELP = """
			Measures the built gateway, target/fanfare-gateway.jar, as a process of its own.

			Usage: SCENARIO [--name=value ...]

			Scenarios
			  idle         memory and CPU of sessions that receive nothing
			  broadcast    one record to every session: time until the last has it
			  unicast      records for one session each: latency, and that none is lost

			Options, with their defaults
			  --sessions=N         sessions; 10000, for unicast 1000; at most 19000
			  --open-rate=N        upgrades begun in a second; 1000
			  --rate=N             unicast: records in a second; 1000
			  --rounds=N           broadcast: records, after 10 that do not count; 30
			  --value-size=BYTES   size of a record's value; 200, at least 68
			  --warm-up=DURATION   unicast: load that does not count; 20s
			  --duration=DURATION  unicast, idle: time that counts; 30s
			  --jar=FILE           the gateway; target/fanfare-gateway.jar
			  --out=FOLDER         for the result (JSON) and logs; target/load
			  --gateway-flags=F    JVM flags, beside those of the build;
			                       "%s"
			  --gateway=PROPERTY   a further property, such as --gateway=fanfare.socket.heartbeat-interval=5s;
			                       may be repeated
			  --help               this text

			Exit code: 0, or 1 where a record was lost, repeated, out of order or misdirected, where a
			session ended, or the run failed; 2 for arguments that make no sense.
			""".formatted(GATEWAY_FLAGS);

	private static final Set<String> NAMES = Set.of("sessions", "open-rate", "rate", "rounds", "value-size", "warm-up",
			"duration", "jar", "out", "gateway-flags");

	Settings {
		gatewayFlags = List.copyOf(gatewayFlags);
		gatewayProperties = Map.copyOf(gatewayProperties);
	}

	/// @throws IllegalArgumentException if they make no sense; the message says why
	static Settings of(String... arguments) {
		if (arguments.length == 0) {
			throw new IllegalArgumentException("which scenario? " + Scenario.names());
		}
		Scenario scenario = Scenario.named(arguments[0]);
		Map<String, String> given = new LinkedHashMap<>();
		Map<String, String> gatewayProperties = new LinkedHashMap<>();
		for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
			int equals = argument.indexOf('=');
			String name = (argument.startsWith("--") && equals > 0) ? argument.substring(2, equals) : argument;
			String value = argument.substring(equals + 1);
			if (name.equals("gateway")) {
				int split = value.indexOf('=');
				if (split <= 0) {
					throw new IllegalArgumentException("--gateway is no property NAME=VALUE: " + value);
				}
				gatewayProperties.put(value.substring(0, split), value.substring(split + 1));
			}
			else if (!NAMES.contains(name)) {
				throw new IllegalArgumentException("unknown option " + argument);
			}
			else if (given.put(name, value) != null) {
				throw new IllegalArgumentException("--" + name + " is given twice");
			}
		}
		return new Settings(scenario,
				number(given, "sessions", (scenario == Scenario.UNICAST) ? 1000 : 10_000, 1, MAX_SESSIONS),
				number(given, "open-rate", 1000, 1, 5000), number(given, "rate", 1000, 1, 1_000_000),
				number(given, "rounds", 30, 1, 100_000), number(given, "value-size", 200, Stamp.MIN_VALUE_SIZE, 60_000),
				duration(given, "warm-up", Duration.ofSeconds(20), Duration.ZERO),
				duration(given, "duration", Duration.ofSeconds(30), Duration.ofSeconds(1)),
				Path.of(given.getOrDefault("jar", "target/fanfare-gateway.jar")),
				Path.of(given.getOrDefault("out", "target/load")),
				flags(given.getOrDefault("gateway-flags", GATEWAY_FLAGS)), gatewayProperties);
	}

	/// Returns what shapes the measurement, by option name.
	Map<String, Object> parameters() {
		Map<String, Object> parameters = new LinkedHashMap<>();
		parameters.put("sessions", this.sessions);
		switch (this.scenario) {
			case IDLE -> parameters.put("quietSeconds", this.duration.toSeconds());
			case BROADCAST -> {
				parameters.put("rounds", this.rounds);
				parameters.put("valueBytes", this.valueSize);
			}
			case UNICAST -> {
				parameters.put("recordsPerSecond", this.rate);
				parameters.put("valueBytes", this.valueSize);
				parameters.put("warmUpSeconds", this.warmUp.toSeconds());
				parameters.put("recordedSeconds", this.duration.toSeconds());
			}
		}
		return parameters;
	}

	private static List<String> flags(String own) {
		String all = System.getProperty(BUILD_FLAGS, "") + " " + own;
		return Arrays.stream(all.split("\\s+", -1)).filter((flag) -> !flag.isEmpty()).toList();
	}

	private static int number(Map<String, String> given, String name, int otherwise, int min, int max) {
		String text = given.get(name);
		if (text == null) {
			return otherwise;
		}
		try {
			int number = Integer.parseInt(text.replace("_", ""));
			if (number >= min && number <= max) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below, as a number out of range is.
		}
		throw new IllegalArgumentException(
				"--%s is no number from %d to %d: %s".formatted(name, min, max, text.isEmpty() ? "nothing" : text));
	}

	private static Duration duration(Map<String, String> given, String name, Duration otherwise, Duration min) {
		String text = given.get(name);
		if (text == null) {
			return otherwise;
		}
		try {
			Duration duration = DurationStyle.detectAndParse(text);
			if (duration.compareTo(min) >= 0 && duration.compareTo(Duration.ofMinutes(30)) <= 0) {
				return duration;
			}
		}
		catch (IllegalArgumentException | ArithmeticException | DateTimeParseException ex) {
			// Told below, as a duration out of range is.
		}
		throw new IllegalArgumentException(
				"--%s is no duration from %ds to 30m, such as 20s: %s".formatted(name, min.toSeconds(), text));
	}

}
