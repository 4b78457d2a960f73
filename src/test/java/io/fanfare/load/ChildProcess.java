package io.fanfare.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process that a tool started, with its output in a log file. Ends with the tool, however
/// that ends, but for a SIGKILL.
public final class ChildProcess implements AutoCloseable {

	private static final Duration TERM = Duration.ofSeconds(15);

	/// For a process that has an end of its own.
	private static final Duration WORK = Duration.ofMinutes(2);

	private static final Duration POLL = Duration.ofMillis(5);

	private static final int LOG_LINES = 15;

	/// What a line of output begins with that answers one of input.
	static final String ANSWER = "= ";

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

	/// Starts `java` of the tool's own JDK with these arguments.
	/// @param log where its output goes, replaced
	public static ChildProcess java(String name, Path log, List<String> arguments) throws LoadException {
		List<String> command = new ArrayList<>();
		command.add(tool("java").toString());
		command.addAll(arguments);
		return start(name, log, command);
	}

	/// Starts a program.
	/// @param log where its output goes, replaced
	static ChildProcess start(String name, Path log, List<String> command) throws LoadException {
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

	/// Returns the processor time of its threads, and of those of the processes that it
	/// started, as far as they are alive.
	long threadNanos() {
		return Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants())
			.mapToLong((each) -> ProcessFigures.of(each.pid()).threadNanos())
			.sum();
	}

	/// @throws LoadException if the process has ended
	void requireAlive() throws LoadException {
		if (!this.process.isAlive()) {
			throw new LoadException("the %s has ended with exit code %d; the end of %s:%n%s".formatted(this.name,
					this.process.exitValue(), this.log, tail()));
		}
	}

	/// Waits until the process has done its work.
	/// @throws LoadException if it fails, or takes longer than two minutes
	public void awaitEnd() throws LoadException {
		try {
			if (!this.process.waitFor(WORK) || this.process.exitValue() != 0) {
				throw new LoadException("the %s has failed; the end of %s:%n%s".formatted(this.name, this.log, tail()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LoadException("interrupted", ex);
		}
		finally {
			close();
		}
	}

	/// Whether a line of the output contains that.
	boolean hasPrinted(String text) throws IOException {
		return Files.readString(this.log).contains(text);
	}

	/// Sends a line to the process and waits for the line that answers it, which begins
	/// with [#ANSWER].
	/// @param seconds after which it does not count as answering
	/// @return the rest of the answer
	String ask(String line, int seconds) throws LoadException, InterruptedException {
		try {
			int before = answers().size();
			this.process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
			this.process.getOutputStream().flush();
			long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
			while (System.nanoTime() - deadline < 0) {
				List<String> now = answers();
				if (now.size() > before) {
					return now.getLast().substring(ANSWER.length());
				}
				requireAlive();
				Thread.sleep(POLL);
			}
		}
		catch (IOException ex) {
			requireAlive();
			throw new LoadException("the " + this.name + " cannot be asked: " + ex.getMessage(), ex);
		}
		throw new LoadException("the " + this.name + " does not answer: " + line);
	}

	private List<String> answers() throws IOException {
		return Files.readAllLines(this.log).stream().filter((each) -> each.startsWith(ANSWER)).toList();
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

	/// Ends the process at once, with a SIGKILL.
	public void kill() {
		this.process.destroyForcibly();
		close();
	}

	/// Ends the process with a SIGTERM, and at once where that takes more than 15 s.
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
