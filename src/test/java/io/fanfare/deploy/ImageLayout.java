package io.fanfare.deploy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;

/// What the `Dockerfile` makes, made without Docker: its commands are read from the file and
/// carried out with this JVM's JDK.
final class ImageLayout {

	private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

	private static final Pattern JAR = Pattern.compile("COPY (target/\\S+\\.jar) (\\S+)");

	private static final Pattern RUN = Pattern.compile("RUN (java .*)");

	private static final Pattern LAYER = Pattern.compile("COPY --from=builder /build/(\\S+) \\./");

	private static final Pattern ENTRYPOINT = Pattern.compile("ENTRYPOINT (\\[.*\\])");

	private final String dockerfile;

	private ImageLayout(String dockerfile) {
		this.dockerfile = dockerfile;
	}

	/// Reads the Dockerfile, its continued lines joined.
	static ImageLayout ofDockerfile() throws IOException {
		return new ImageLayout(Files.readString(Path.of("Dockerfile")).replaceAll("\\\\\\R\\s*", ""));
	}

	/// Returns the exec form of the image's command, this JVM's `java` in the place of
	/// `java`.
	List<String> command() {
		List<String> command = new ArrayList<>();
		for (JsonElement argument : JsonParser.parseString(only(ENTRYPOINT).group(1)).getAsJsonArray()) {
			command.add(command.isEmpty() ? JAVA.toString() : argument.getAsString());
		}
		return command;
	}

	/// Builds the image's working directory.
	/// @param build empty directory for the builder stage
	/// @param app where the working directory is made
	void make(Path build, Path app) throws IOException, InterruptedException {
		Matcher jar = only(JAR);
		Files.copy(Path.of(jar.group(1)), build.resolve(jar.group(2)));
		List<String> runs = RUN.matcher(this.dockerfile).results().map((run) -> run.group(1)).toList();
		run(runs.getFirst(), build, build.resolve("output"));
		Matcher layer = LAYER.matcher(this.dockerfile);
		while (layer.find()) {
			copy(build.resolve(layer.group(1)), app);
		}
		for (String run : runs.subList(1, runs.size())) {
			run(run, app, build.resolve("output"));
		}
	}

	private static void run(String line, Path directory, Path output) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(Arrays.asList(line.split(" ", -1)));
		command.set(0, JAVA.toString());
		Process process = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
			process.destroyForcibly();
			throw new IllegalStateException(line + " failed: " + Files.readString(output));
		}
	}

	/// Returns the names of the layers that are copied into the image, in that order.
	List<String> layers() {
		return LAYER.matcher(this.dockerfile).results().map((layer) -> layer.group(1)).toList();
	}

	private Matcher only(Pattern pattern) {
		Matcher matcher = pattern.matcher(this.dockerfile);
		if (!matcher.find()) {
			throw new IllegalStateException("The Dockerfile has no line like " + pattern);
		}
		return matcher;
	}

	private static void copy(Path from, Path to) throws IOException {
		Files.walkFileTree(from, new SimpleFileVisitor<>() {
			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				Files.createDirectories(to.resolve(from.relativize(directory)));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
				return FileVisitResult.CONTINUE;
			}
		});
	}

}
