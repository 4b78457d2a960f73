package io.fanfare.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	@TempDir
	private Path folder;

	@Test
	void measuresUnicastAndFindsEveryRecord() throws IOException {
		int code = run("unicast", "--sessions=50", "--rate=100", "--warm-up=1s", "--duration=2s");

		assertThat(code).as(this.printed.toString(StandardCharsets.UTF_8)).isZero();
		JsonNode figures = result().get("figures");
		assertThat(figures.get("latencyMs").get("count").asInt()).isEqualTo(200);
		assertThat(figures.get("faults").get("lost").asInt()).isZero();
		assertThat(figures.get("cpuMicrosPerDelivery").asDouble()).isPositive();
	}

	@Test
	void saysWhyWhereSessionsAreRefused() {
		int code = run("broadcast", "--sessions=50", "--gateway=fanfare.session.max-sessions=40");

		assertThat(code).isEqualTo(1);
		assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("refused: HTTP/1.1 503");
	}

	private int run(String... arguments) {
		PrintStream out = new PrintStream(this.printed, true, StandardCharsets.UTF_8);
		String[] all = Stream.concat(Stream.of(arguments), Stream.of("--out=" + this.folder)).toArray(String[]::new);
		return LoadTool.run(out, out, all);
	}

	private JsonNode result() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			Path file = files.filter((each) -> each.toString().endsWith(".json")).findFirst().orElseThrow();
			return new JsonMapper().readTree(Files.readString(file));
		}
	}

}
