package io.fanfare.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// What `mvnw` does at its first run, on a PATH and a Maven user home of its own.
///
/// Nothing is downloaded: where a Maven or curl is asked for the archive, a script stands in for
/// it.
@DisabledOnOs(OS.WINDOWS)
class MavenWrapperTests {

	private static final Path WRAPPER = Path.of("mvnw").toAbsolutePath();

	@TempDir
	Path directory;

	Path bin;

	Path mavenUserHome;

	@BeforeEach
	void createDirectories() throws IOException {
		this.bin = Files.createDirectory(this.directory.resolve("bin"));
		this.mavenUserHome = this.directory.resolve("maven user home");
	}

	@Test
	void saysInOneLineWhatToDoWithoutMavenAndRepository() throws Exception {
		Outcome outcome = runWrapper(this.bin.toString());

		assertThat(outcome.exitCode()).isEqualTo(1);
		assertThat(outcome.lines()).singleElement()
			.asString()
			.startsWith("mvnw: ")
			.contains("any Maven on the PATH", "MVNW_REPOURL");
		assertThat(this.mavenUserHome).doesNotExist();
	}

	@Test
	void deletesAnArchiveWithAnotherChecksum() throws Exception {
		script(this.bin.resolve("mvn"), """
				version=$(expr "$*" : '.*apache-maven:\\([^:]*\\):tar.gz:bin')
				echo 'not Maven' >"apache-maven-$version-bin.tar.gz"
				""");

		Outcome outcome = runWrapper(this.bin + ":" + System.getenv("PATH"));

		assertThat(outcome.exitCode()).isEqualTo(1);
		assertThat(outcome.lines()).last().asString().startsWith("mvnw: deleted apache-maven-").contains("SHA-512");
		try (Stream<Path> files = Files.walk(this.mavenUserHome)) {
			assertThat(files.filter(Files::isRegularFile)).isEmpty();
		}
	}

	@Test
	void fetchesOnceFromTheRepositoryAtMvnwRepourlAndBecomesThatMaven() throws Exception {
		String text = Files.readString(WRAPPER);
		String version = text.replaceFirst("(?s).*maven_version=(\\S+).*", "$1");
		String directory = "apache-maven-" + version;
		script(Files.createDirectories(this.directory.resolve(directory).resolve("bin")).resolve("mvn"),
				"echo \"Maven $$: $*\"");
		Path archive = this.directory.resolve("archive");
		run(new ProcessBuilder("tar", "-czf", archive.toString(), directory));
		byte[] checksum = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive));
		Path wrapper = Files.writeString(this.directory.resolve("mvnw"),
				text.replaceFirst("maven_sha512=\\w+", "maven_sha512=" + HexFormat.of().formatHex(checksum)));
		script(this.bin.resolve("curl"), "echo \"curl $4\"; cp '" + archive + "' \"$3\"");
		ProcessBuilder builder = wrapper(wrapper, this.bin + ":" + System.getenv("PATH"));
		builder.environment().put("MVNW_REPOURL", "https://repository.example/maven/");

		Outcome first = run(builder);
		Outcome second = run(builder);

		assertThat(first.lines()).containsExactly("mvnw: fetching Apache Maven " + version + " from MVNW_REPOURL",
				"curl https://repository.example/maven/org/apache/maven/apache-maven/" + version + "/" + directory
						+ "-bin.tar.gz",
				"Maven " + first.pid() + ": -v");
		assertThat(first.exitCode()).isZero();
		assertThat(second.lines()).containsExactly("Maven " + second.pid() + ": -v");
	}

	private static void script(Path file, String commands) throws IOException {
		Files.writeString(file, "#!/bin/sh\n" + commands);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	private Outcome runWrapper(String path) throws IOException, InterruptedException {
		return run(wrapper(WRAPPER, path));
	}

	private ProcessBuilder wrapper(Path script, String path) {
		ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString(), "-v");
		builder.environment().keySet().remove("MVNW_REPOURL");
		builder.environment().put("MAVEN_USER_HOME", this.mavenUserHome.toString());
		builder.environment().put("PATH", path);
		return builder;
	}

	private Outcome run(ProcessBuilder builder) throws IOException, InterruptedException {
		Path output = this.directory.resolve("output");
		builder.directory(this.directory.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
		Process process = builder.start();
		try {
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("mvnw ended in time").isTrue();
			return new Outcome(process.pid(), process.exitValue(), Files.readAllLines(output));
		}
		finally {
			process.destroyForcibly();
		}
	}

	record Outcome(long pid, int exitCode, List<String> lines) {

		Outcome {
			lines = List.copyOf(lines);
		}

	}

}
