package io.fanfare.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/// The load tool against the built jar, small.
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class LoadToolIT {

	/// No figure is looked at, and C2 would take its time from what is.
	private static final String FLAGS = Settings.GATEWAY_FLAGS + " -XX:TieredStopAtLevel=1";

	private static Path jar;

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	@TempDir
	private Path folder;

	@BeforeAll
	static void extract(@TempDir Path directory) throws LoadException {
		jar = ExtractedJar.in(directory);
	}

	@Test
	void measuresUnicastAndFindsEveryRecord() throws IOException {
		int code = run("unicast", "--sessions=50", "--rate=100", "--pairs=1", "--warm-up=1s", "--duration=2s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		assertThat(figures.get("latencyMs").get("count").asInt()).isEqualTo(200);
		assertThat(figures.get("faults").get("lost").asInt()).isZero();
		assertThat(figures.get("cpuMicrosPerDelivery").get("median").asDouble()).isPositive();
		assertThat(figures.get("cpuRatioToFloor").get("median").asDouble()).isPositive();
		assertThat(figures.get("bareConsumerMs").get("count").asInt()).isEqualTo(200);
		assertThat(report()).contains("<svg", "bare consumer", "raw Netty");
	}

	@Test
	void measuresBroadcastBesideRawNettyAndThePeersInstalled() throws IOException {
		List<String> peers = Peer.NAMES.stream()
			.filter((peer) -> Peer.named(peer).missing(Programs.installed()).isEmpty())
			.toList();

		int code = run("broadcast", "--sessions=50", "--rounds=2", "--pairs=1", "--peers=" + String.join(",", peers));

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		assertThat(figures.get("deliveryMs").get("count").asInt()).isEqualTo(100);
		assertThat(figures.get("cpuRatioToFloor").get("median").asDouble()).isPositive();
		for (String peer : peers) {
			assertThat(figures.get("peers").get(peer).get("cpuRatioToFloor").get("median").asDouble()).isPositive();
			assertThat(report()).contains(peer + ", CPU");
		}
	}

	@Test
	@Timeout(240) // Six processes one after the other.
	void measuresFewSessionsAndThenMoreOfThem() throws IOException {
		int code = run("growth", "--sessions=40", "--small=10", "--rate=200", "--pairs=1", "--warm-up=1s",
				"--duration=1s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		for (String size : List.of("small", "large")) {
			assertThat(figures.get(size).get("latencyMs").get("count").asInt()).isEqualTo(200);
			assertThat(figures.get(size).get("cpuRatioToFloor").get("runs")).hasSize(1);
			assertThat(figures.get(size).get("liveHeapKbPerSession").isNumber()).isTrue();
		}
		assertThat(figures.get("large").get("liveHeapBytes").asLong())
			.isGreaterThan(figures.get("small").get("liveHeapBytes").asLong());
		assertThat(report()).contains("gateway, 40", "raw Netty, 10");
	}

	@Test
	void growsTheRateUntilTheLastStep() throws IOException {
		int code = run("sweep", "--sessions=50", "--rate=100", "--rounds=2", "--warm-up=1s", "--duration=1s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode steps = result().get("figures").get("steps");
		assertThat(steps.get(1).get("latencyMs").get("count").asInt()).isEqualTo(200);
	}

	@Test
	void measuresAMixOfEverythingAndLosesNothing() throws IOException {
		int code = run("mixed", "--sessions=50", "--rate=100", "--announcements=60", "--churn=5", "--warm-up=1s",
				"--duration=3s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		assertThat(figures.get("returned").asInt()).isEqualTo(15);
		assertThat(figures.get("latencyMsToEveryone").get("count").asInt()).isGreaterThanOrEqualTo(45);
	}

	@Test
	void measuresAStormAndLosesNothing() throws IOException {
		int code = run("storm", "--sessions=40", "--live=10", "--rate=100", "--missed=5", "--in-flight=10",
				"--rounds=2", "--warm-up=1s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		assertThat(figures.get("rounds")).hasSize(2);
		assertThat(figures.get("rounds").get(1).get("caughtUpMs").get("count").asInt()).isEqualTo(40);
		assertThat(figures.get("liveMsP99").asDouble()).isPositive();
	}

	@Test
	void measuresStalledSessionsAndFindsWhatWasPublishedForThem() throws IOException {
		int code = run("stalled", "--sessions=20", "--stalled=2", "--rate=2000", "--value-size=2000", "--rounds=1",
				"--warm-up=1s", "--duration=3s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode pair = result().get("figures").get("pairs").get(0);
		assertThat(pair.get("with").get("backlogRecords").asInt()).isGreaterThan(1000);
		assertThat(pair.get("without").get("backlogRecords").asInt()).isLessThan(1000);
		assertThat(pair.get("with").get("directBytes").asLong()).isPositive();
	}

	@Test
	void measuresOldCursorsAndAccountsForEveryRecord() throws IOException {
		int code = run("old-cursors", "--sessions=20", "--live=10", "--rate=100", "--missed=5", "--rounds=1",
				"--warm-up=1s", "--duration=1s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		JsonNode pair = figures.get("rounds").get(0);
		assertThat(pair.get("recent").get("completeMs").get("count").asInt()).isEqualTo(20);
		assertThat(pair.get("old").get("completeMs").get("count").asInt()).isEqualTo(20);
		assertThat(figures.get("faults").get("lost").asInt()).isZero();
	}

	@Test
	void measuresReadingForNobodyAndFindsTheRecordsBehindIt() throws IOException {
		int code = run("absent", "--sessions=30", "--records=1000", "--rounds=1");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		assertThat(figures.get("cpuMicrosPerRecord").get("runs")).hasSize(1);
		assertThat(figures.get("cpuMicrosPerRecordByThread")).isNotEmpty();
		assertThat(figures.get("faults").get("lost").asInt()).isZero();
	}

	@Test
	void measuresUpgradesWithNewAndKnownTokens() throws IOException {
		int code = run("upgrade", "--sessions=20", "--rounds=1");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		for (String kind : List.of("newToken", "knownToken")) {
			assertThat(figures.get(kind).get("cpuMicrosPerUpgrade").get("runs")).hasSize(1);
			assertThat(figures.get(kind).get("cpuMicrosPerUpgradeByThread")).isNotEmpty();
		}
	}

	@Test
	void measuresTheStartOfAnotherGateway() throws IOException {
		int code = run("start", "--records=100", "--rounds=1");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		assertThat(result().get("figures").get("secondsToReady").get("runs")).hasSize(1);
	}

	@Test
	void saysWhyWhereSessionsAreRefused() {
		int code = run("broadcast", "--sessions=50", "--pairs=0", "--gateway=fanfare.session.max-sessions=40");

		assertThat(code).isEqualTo(1);
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("refused: HTTP/1.1 503");
	}

	private int run(String... arguments) {
		PrintStream out = new PrintStream(this.printed, true, StandardCharsets.UTF_8);
		String[] all = Stream
			.concat(Stream.of(arguments), Stream.of("--out=" + this.folder, "--jar=" + jar, "--gateway-flags=" + FLAGS))
			.toArray(String[]::new);
		return LoadTool.run(out, out, all);
	}

	private JsonNode result() throws IOException {
		return new JsonMapper().readTree(written(".json"));
	}

	private String report() throws IOException {
		return written(".html");
	}

	private String written(String suffix) throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return Files.readString(files.filter((each) -> each.toString().endsWith(suffix)).findFirst().orElseThrow());
		}
	}

}
