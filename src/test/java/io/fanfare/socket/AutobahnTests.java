package io.fanfare.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.fanfare.flow.Gateway;

import static org.assertj.core.api.Assertions.assertThat;

/// Conformance to RFC 6455, judged by the Autobahn suite: framing, pings, reserved bits,
/// opcodes, fragmentation, UTF-8, closing, auto-fragmentation. Limits (group 9) and compression,
/// which is never negotiated, are left out.
class AutobahnTests {

	/// Where the build puts the suite.
	private static final Path SUITE = Path.of("target", "autobahn");

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Set<String> GOOD = Set.of("OK", "NON-STRICT", "INFORMATIONAL");

	private static final int CASES = 247;

	@Test
	void behavesInEveryCaseAsRfc6455Asks(@TempDir Path reports) throws Exception {
		Assumptions.assumeTrue(Files.exists(SUITE.resolve("jython.jar")),
				"The Autobahn suite is copied by Maven in the phase process-test-classes");
		Map<String, String> bad = new LinkedHashMap<>();

		try (Gateway gateway = Gateway.start(new Class<?>[] { EchoConfiguration.class })) {
			runSuite("ws://127.0.0.1:" + gateway.port() + EchoConfiguration.PATH, reports);
		}

		JsonNode cases = JsonMapper.shared().readTree(reports.resolve("index.json")).path("fanfare");
		assertThat(cases.size()).isEqualTo(CASES);
		for (Map.Entry<String, JsonNode> one : cases.properties()) {
			String behavior = one.getValue().path("behavior").stringValue();
			String close = one.getValue().path("behaviorClose").stringValue();
			if (!GOOD.contains(behavior) || !GOOD.contains(close)) {
				bad.put(one.getKey(), behavior + ", closing " + close);
			}
		}
		assertThat(bad).isEmpty();
	}

	/// Runs the suite in a process of its own: Jython's jar holds old copies of Netty and
	/// others.
	private static void runSuite(String url, Path reports) throws IOException, InterruptedException {
		String script = """
				from autobahntestsuite import wstest
				wstest.start({'mode': 'fuzzingclient'}, {
				    'options': {'failByDrop': False},
				    'outdir': '%s',
				    'servers': [{'agent': 'fanfare', 'url': '%s', 'options': {'version': 18}}],
				    'cases': ['1.*', '2.*', '3.*', '4.*', '5.*', '6.*', '7.*', '10.*'],
				    'exclude-cases': [], 'exclude-agent-cases': {}})
				""".formatted(reports, url);
		Process suite = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", SUITE.resolve("jython.jar").toString(),
				"-Dpython.path=" + SUITE.resolve("autobahn.jar"), "-Dpython.cachedir=" + SUITE.resolve("cache"),
				"--enable-native-access=ALL-UNNAMED", "org.python.util.jython", "-S", "-c", script))
			.redirectErrorStream(true)
			.redirectOutput(reports.resolve("suite.log").toFile())
			.start();
		try {
			boolean ended = suite.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(ended).as("the suite ended within %s", PATIENCE).isTrue();
			assertThat(suite.exitValue()).as("%s", Files.readString(reports.resolve("suite.log"))).isZero();
		}
		finally {
			suite.destroyForcibly();
		}
	}

}
