package io.fanfare.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the load tool was asked for on its command line.
///
/// @param scenario what is measured
/// @param options the scenario's options
/// @param jar the built gateway
/// @param out folder for results and logs
/// @param peers other servers that are measured beside it
/// @param gatewayFlags JVM flags of the gateway
/// @param gatewayProperties properties of the gateway, before those that the tool sets
record Settings(Scenario scenario, Map<Option, Integer> options, Path jar, Path out, List<String> peers,
		List<String> gatewayFlags, Map<String, String> gatewayProperties) {

	/// Set by the build to the flags that all its JVMs have.
	static final String BUILD_FLAGS = "fanfare.jvm.flags";

	/// What the image runs a gateway with, beside the flags of the build, but for the
	/// heap,
	/// which there depends on the pod, and the AOT cache.
	static final String GATEWAY_FLAGS = "-XX:+UseG1GC -XX:MaxGCPauseMillis=50 -XX:+UseCompactObjectHeaders"
			+ " -XX:MetaspaceSize=128m -Xmx1g";

	/// One process may open 20,000 files.
	static final int MAX_SESSIONS = 19_000;

	static final String HELP = help();

	Settings {
		options = Map.copyOf(options);
		peers = List.copyOf(peers);
		gatewayFlags = List.copyOf(gatewayFlags);
		gatewayProperties = Map.copyOf(gatewayProperties);
	}

	/// @throws IllegalArgumentException if they make no sense; the message says why
	static Settings of(String... arguments) {
		if (arguments.length == 0) {
			throw new IllegalArgumentException("which scenario? " + Scenario.names());
		}
		Scenario scenario = Scenario.named(arguments[0]);
		Map<Option, Integer> options = new LinkedHashMap<>(scenario.defaults());
		Map<String, String> gatewayProperties = new LinkedHashMap<>(scenario.gatewayProperties());
		Map<String, String> given = new LinkedHashMap<>();
		for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
			int equals = argument.indexOf('=');
			if (!argument.startsWith("--") || equals < 0) {
				throw new IllegalArgumentException("unknown option " + argument);
			}
			String name = argument.substring(2, equals);
			String value = argument.substring(equals + 1);
			if (name.equals("gateway")) {
				property(value, gatewayProperties);
			}
			else if (given.put(name, value) != null) {
				throw new IllegalArgumentException("--" + name + " is given twice");
			}
		}
		String jar = take(given, "jar", "target/fanfare-gateway.jar");
		String out = take(given, "out", "target/load");
		String flags = take(given, "gateway-flags", GATEWAY_FLAGS);
		List<String> peers = (scenario == Scenario.BROADCAST) ? peers(take(given, "peers", "")) : List.of();
		if (given.containsKey("peers")) {
			throw new IllegalArgumentException("--peers is no option of " + scenario);
		}
		given.forEach((name, value) -> {
			Option option = Option.named(name);
			if (!options.containsKey(option)) {
				throw new IllegalArgumentException("--" + name + " is no option of " + scenario);
			}
			options.put(option, option.parse(value));
		});
		Settings settings = new Settings(scenario, options, Path.of(jar), Path.of(out), peers,
				flags(scenario.gatewayFlags() + " " + flags), gatewayProperties);
		if (settings.allSessions() > MAX_SESSIONS) {
			throw new IllegalArgumentException(
					"%,d sessions in all are more than %,d".formatted(settings.allSessions(), MAX_SESSIONS));
		}
		scenario.check(settings);
		return settings;
	}

	/// Reads names between commas.
	private static List<String> peers(String names) {
		List<String> peers = Arrays.stream(names.split(",", -1)).filter((name) -> !name.isEmpty()).distinct().toList();
		peers.forEach(Peer::named);
		return peers;
	}

	private static void property(String text, Map<String, String> properties) {
		int split = text.indexOf('=');
		if (split <= 0) {
			throw new IllegalArgumentException("--gateway is no property NAME=VALUE: " + text);
		}
		properties.put(text.substring(0, split), text.substring(split + 1));
	}

	private static String take(Map<String, String> given, String name, String otherwise) {
		String value = given.remove(name);
		return (value != null) ? value : otherwise;
	}

	private static List<String> flags(String own) {
		String all = System.getProperty(BUILD_FLAGS, "") + " " + own;
		return Arrays.stream(all.split("\\s+", -1)).filter((flag) -> !flag.isEmpty()).toList();
	}

	/// Returns an option of the scenario.
	int get(Option option) {
		Integer value = this.options.get(option);
		if (value == null) {
			throw new IllegalStateException(this.scenario + " has no " + option);
		}
		return value;
	}

	int sessions() {
		return get(Option.SESSIONS);
	}

	Duration warmUp() {
		return Duration.ofMillis(get(Option.WARM_UP));
	}

	Duration duration() {
		return Duration.ofMillis(get(Option.DURATION));
	}

	/// Returns how many sessions are open at most, of whatever kind.
	int allSessions() {
		return sessions() + this.options.getOrDefault(Option.LIVE, 0) + this.options.getOrDefault(Option.STALLED, 0);
	}

	/// Returns what shapes the measurement, by option name.
	Map<String, Object> parameters() {
		Map<String, Object> parameters = new LinkedHashMap<>();
		for (Option option : Option.values()) {
			if (this.options.containsKey(option)) {
				parameters.put(option.text(), option.text(get(option)));
			}
		}
		if (!this.peers.isEmpty()) {
			parameters.put("peers", String.join(",", this.peers));
		}
		return parameters;
	}

	private static String help() {
		StringBuilder help = new StringBuilder("""
				Measures the built gateway, target/fanfare-gateway.jar, as a process of its own.

				Usage: SCENARIO [--name=value ...]

				Scenarios, and their options with the defaults
				""");
		Arrays.stream(Scenario.values()).map(Scenario::help).forEach(help::append);
		help.append("\nOptions\n");
		Arrays.stream(Option.values()).map(Option::help).forEach(help::append);
		return help.append("""

				Option of broadcast
				  --peers=NAME,...       other servers that send the same to as many: nats, nchan, ws;
				                         docs/performance.md says how they are installed

				Options of every scenario
				  --jar=FILE             the gateway; target/fanfare-gateway.jar
				  --out=FOLDER           for the result (HTML and JSON) and logs; target/load
				  --gateway-flags=F      JVM flags, beside those of the build;
				                         "%s"
				  --gateway=PROPERTY     a further property, such as --gateway=fanfare.socket.heartbeat-interval=5s;
				                         may be repeated
				  --help                 this text

				Exit code: 0, or 1 where a record was lost, repeated, out of order or misdirected, where a
				session ended, or the run failed; 2 for arguments that make no sense.
				""".formatted(GATEWAY_FLAGS)).toString();
	}

}
