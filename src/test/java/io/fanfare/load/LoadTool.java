package io.fanfare.load;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Measures the built gateway under load. `--help` says how; `docs/performance.md` says what
/// was found.
public final class LoadTool {

	private static final int FAILED = 1;

	private static final int BAD_ARGUMENTS = 2;

	private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
		.withZone(ZoneOffset.UTC);

	private final Settings settings;

	private final Progress progress;

	private final PrintStream out;

	private LoadTool(Settings settings, Progress progress, PrintStream out) {
		this.settings = settings;
		this.progress = progress;
		this.out = out;
	}

	public static void main(String[] args) {
		System.exit(run(System.out, System.err, args));
	}

	/// Runs the tool.
	/// @return the exit code
	static int run(PrintStream out, PrintStream err, String... args) {
		if (Arrays.asList(args).contains("--help")) {
			out.print(Settings.HELP);
			return 0;
		}
		Settings settings;
		try {
			settings = Settings.of(args);
		}
		catch (IllegalArgumentException ex) {
			err.println("load tool: " + ex.getMessage() + " (--help tells more)");
			return BAD_ARGUMENTS;
		}
		if (!Files.isDirectory(Path.of("/proc/self/task"))) {
			err.println("load tool: needs Linux, whose /proc it reads");
			return FAILED;
		}
		try {
			return new LoadTool(settings, Progress.on(out), out).run().problems().isEmpty() ? 0 : FAILED;
		}
		catch (LoadException | IOException | RuntimeException ex) {
			err.println("load tool: " + ((ex instanceof RuntimeException) ? ex : ex.getMessage()));
			return FAILED;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			err.println("load tool: interrupted");
			return FAILED;
		}
	}

	private Result run() throws LoadException, IOException, InterruptedException {
		Instant at = Instant.now();
		requirePeers(this.settings.peers(), Programs.installed());
		try (Testbed testbed = Testbed.start(this.settings, this.progress)) {
			this.out.println("gateway: java " + String.join(" ", testbed.gatewayCommand()));
			Sampler sampler = Sampler.start(testbed.target().pid(), Testbed.gcLog(this.settings));
			try (sampler) {
				Result result = this.settings.scenario().run(this.settings, testbed.target(), this.progress);
				sampler.close();
				String name = this.settings.scenario() + "-" + FILE_TIME.format(at);
				Path file = this.settings.out().resolve(name + ".html");
				Map<String, Object> document = document(at, testbed.gatewayCommand(), result, sampler.figures());
				Files.writeString(this.settings.out().resolve(name + ".json"), Report.json(document));
				Files.writeString(file, Report.html(this.settings, result, document, sampler.charts()));
				print(result, file);
				return result;
			}
		}
	}

	/// @throws LoadException if a peer is not installed; the message says what it needs
	static void requirePeers(List<String> peers, Programs programs) throws LoadException {
		List<String> missing = peers.stream().flatMap((name) -> Peer.named(name).missing(programs).stream()).toList();
		if (!missing.isEmpty()) {
			throw new LoadException(String.join("; ", missing));
		}
	}

	private void print(Result result, Path file) {
		this.out.println();
		this.out.println(this.settings.scenario() + " " + this.settings.parameters());
		result.lines().forEach(this.out::println);
		result.problems().forEach((problem) -> this.out.println("  FAILED: " + problem));
		this.out.println("  " + file);
	}

	private Map<String, Object> document(Instant at, List<String> gatewayCommand, Result result,
			Map<String, Object> process) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("scenario", this.settings.scenario().toString());
		document.put("at", at.toString());
		document.put("machine", machine());
		document.put("gateway", gatewayCommand);
		document.put("parameters", this.settings.parameters());
		document.put("figures", result.figures());
		document.put("gatewayProcess", process);
		document.put("problems", result.problems());
		return document;
	}

	private static Map<String, Object> machine() {
		Map<String, Object> machine = new LinkedHashMap<>();
		machine.put("cores", Runtime.getRuntime().availableProcessors());
		machine.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
		machine.put("toolFlags", ManagementFactory.getRuntimeMXBean().getInputArguments());
		machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
				+ System.getProperty("os.arch"));
		return machine;
	}

}
