package io.fanfare.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SettingsTests {

	@Test
	void runsTheGatewayAsTheImageDoes() throws IOException {
		String image = Files.readString(Path.of("Dockerfile"));

		assertThat(Settings.GATEWAY_FLAGS.split(" ")).filteredOn((flag) -> !flag.startsWith("-Xmx"))
			.isNotEmpty()
			.allSatisfy((flag) -> assertThat(image).contains('"' + flag + '"'));
	}

	@Test
	void readsWhatIsGivenAndKeepsDefaultsForTheRest() {
		Settings settings = Settings.of("unicast", "--sessions=50", "--warm-up=2s", "--gateway=a=b");

		assertThat(settings.scenario()).isEqualTo(Scenario.UNICAST);
		assertThat(settings.sessions()).isEqualTo(50);
		assertThat(settings.warmUp()).isEqualTo(Duration.ofSeconds(2));
		assertThat(settings.duration()).isEqualTo(Duration.ofSeconds(30));
		assertThat(settings.gatewayProperties()).containsExactly(Map.entry("a", "b"));
	}

	@ParameterizedTest
	@CsvSource({ "--sessions=0,--sessions is no number from 1 to 19000: 0",
			"--sessions=20000,--sessions is no number from 1 to 19000: 20000",
			"--rate=,--rate is no number from 1 to 1000000: nothing",
			"--duration=soon,'--duration is no duration from 1s to 30m, such as 20s: soon'",
			"--gateway=fast,--gateway is no property NAME=VALUE: fast", "--session=5,unknown option --session",
			"--missed=5,--missed is no option of unicast", "sessions=5,unknown option sessions=5" })
	void saysWhichArgumentMakesNoSense(String argument, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.of("unicast", argument)).withMessage(message);
	}

	@ParameterizedTest
	@EnumSource(Scenario.class)
	void knowsEachScenarioAndSaysWhatItsOptionsAre(Scenario scenario) {
		Settings settings = Settings.of(scenario.toString());

		assertThat(settings.parameters()).containsKey("sessions");
		assertThat(Settings.HELP).contains("  " + scenario + ": ");
	}

	@Test
	void countsTheSessionsOfAllKindsTogether() {
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.of("storm", "--sessions=18500"))
			.withMessage("19,500 sessions in all are more than 19,000");
	}

	@ParameterizedTest
	@CsvSource({ "--sessions=1000,--small is not less than --sessions",
			"--pairs=0,--pairs is 0: there is no growth without raw Netty beside it" })
	void saysWhatMakesNoSenseOfGrowth(String argument, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.of("growth", argument)).withMessage(message);
	}

	@Test
	void readsPeersAndKnowsWhichThereAre() {
		assertThat(Settings.of("broadcast", "--peers=ws,nats").peers()).containsExactly("ws", "nats");
		assertThat(Settings.of("broadcast", "--peers=").peers()).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.of("broadcast", "--peers=nats,redis"))
			.withMessage("no peer redis; there are nats, nchan, ws");
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.of("broadcast", "--peers=ws", "--pairs=0"))
			.withMessage("--pairs is 0: peers are measured beside raw Netty");
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.of("unicast", "--peers=ws"))
			.withMessage("--peers is no option of unicast");
	}

	@Test
	void endsWithTwoAndOneLineWhereTheScenarioIsUnknown() {
		ByteArrayOutputStream err = new ByteArrayOutputStream();

		int code = LoadTool.run(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), "everything");

		assertThat(code).isEqualTo(2);
		assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines(
				"load tool: no scenario everything; there are " + Scenario.names() + " (--help tells more)");
	}

}
