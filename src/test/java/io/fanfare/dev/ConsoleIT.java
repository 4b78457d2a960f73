package io.fanfare.dev;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.fanfare.FanfareApplication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/// The console page of a whole development run, in Chromium: `src/test/console` has the
/// checks. Its pictures are left in `target/console`.
@EnabledIf("isPossible")
class ConsoleIT {

	private static final Path SCRIPTS = Path.of("src/test/console");

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	@Test
	void bringsThePageIntoEachOfItsStatesAndSeesTheDrainCloseCleanly() throws Exception {
		AtomicReference<@Nullable ConfigurableApplicationContext> started = new AtomicReference<>();
		DevRun
			.of(true,
					() -> started.set(SpringApplication.run(FanfareApplication.class, "--server.port=0",
							"--management.server.port=0", "--fanfare.dev.issuer-port=0",
							"--fanfare.dev.broker-port=" + Ports.free())));

		ConfigurableApplicationContext context = Objects.requireNonNull(started.get());
		DevServices services = context.getBean(DevServices.class);
		try {
			List<String> lines = run(context);

			assertThat(lines).last().asString().matches("\\d+ checks of the console passed");
		}
		finally {
			context.close();
			services.close();
		}
	}

	/// Runs the script, and closes the gateway when it asks for that.
	private static List<String> run(ConfigurableApplicationContext context) throws IOException, InterruptedException {
		String url = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
		Process script = new ProcessBuilder("node", "screenshots.mjs", "--url", url, "--more",
				"../../../target/console", "--drain")
			.directory(SCRIPTS.toFile())
			.redirectErrorStream(true)
			.start();
		Disposable deadline = Schedulers.boundedElastic()
			.schedule(script::destroyForcibly, PATIENCE.toSeconds(), TimeUnit.SECONDS);
		List<String> lines = new ArrayList<>();
		try (BufferedReader output = script.inputReader()) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				lines.add(line);
				if (line.equals("drain")) {
					context.close();
				}
			}
			assertThat(script.waitFor()).as(() -> String.join("\n", lines)).isZero();
		}
		finally {
			deadline.dispose();
			script.destroyForcibly();
		}
		return lines;
	}

	/// Whether the tools are there; says which is not.
	static boolean isPossible() {
		String missing = !isOnPath("node") ? "no Node" : !hasChromium() ? "no Chromium"
				: !Files.isDirectory(SCRIPTS.resolve("node_modules")) ? "no npm ci in " + SCRIPTS : null;
		if (missing == null) {
			return true;
		}
		if (Boolean.parseBoolean(System.getenv("FANFARE_REQUIRE_ALL_GROUPS"))) {
			throw new IllegalStateException("The group console is required: " + missing);
		}
		System.out.println("SKIPPED: console (" + missing + ")");
		return false;
	}

	private static boolean hasChromium() {
		String named = System.getenv("CHROMIUM");
		return (named != null) ? Files.isExecutable(Path.of(named))
				: isOnPath("chromium") || isOnPath("chromium-browser") || isOnPath("google-chrome");
	}

	private static boolean isOnPath(String command) {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
			.filter((directory) -> !directory.isEmpty())
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

}
