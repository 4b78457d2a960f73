package io.fanfare.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Java process that the load tool started, on the tool's own JDK, with its output in a log
/// file. Ends with the tool, however that ends, but for a SIGKILL.
final class ChildProcess implements AutoCloseable {

	private static final Duration TERM = Duration.ofSeconds(15);

	private static final int LOG_LINES = 15;

	private final String name;

	private final Path log;

	private final Process process;

	private final Thread hook;

	private ChildProcess(String name, Path log, Process process) {
		this.name = name;
		this.log = log;
		this.process = process;
		this.hook = new Thread(this::end, "load-end-" + name);
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	/// Starts `java` with these arguments.
	/// @param log where its output goes, replaced
	static ChildProcess java(String name, Path log, List<String> arguments) throws LoadException {
		List<String> command = new ArrayList<>();
		command.add(tool("java").toString());
		command.addAll(arguments);
		try {
			Files.createDirectories(log.toAbsolutePath().getParent());
			Process started = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.redirectInput(ProcessBuilder.Redirect.PIPE)
				.start();
			return new ChildProcess(name, log, started);
		}
		catch (IOException ex) {
			throw new LoadException("the " + name + " cannot be started: " + ex.getMessage(), ex);
		}
	}

	/// Returns a program of this JDK.
	static Path tool(String program) {
		return Path.of(System.getProperty("java.home"), "bin", program);
	}

	long pid() {
		return this.process.pid();
	}

	/// @throws LoadException if the process has ended
	void requireAlive() throws LoadException {
		if (!this.process.isAlive()) {
			throw new LoadException("the %s has ended with exit code %d; the end of %s:%n%s".formatted(this.name,
					this.process.exitValue(), this.log, tail()));
		}
	}

	private String tail() {
		try (BufferedReader reader = Files.newBufferedReader(this.log)) {
			List<String> lines = reader.lines().toList();
			return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
		}
		catch (IOException ex) {
			return "(unreadable)";
		}
	}

	@Override
	public void close() {
		end();
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException endingAnyway) {
			// The hook runs now, and finds nothing to do.
		}
	}

	private void end() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(TERM.toSeconds(), TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
