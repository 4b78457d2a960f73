package io.fanfare.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// The two refusals of `mvnw`, on a PATH and a Maven user home of their own.
///
/// Nothing is downloaded: where a Maven is asked for the archive, a script stands in for it.
@DisabledOnOs(OS.WINDOWS)
class MavenWrapperTests {

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
		Path mvn = Files.writeString(this.bin.resolve("mvn"), """
				#!/bin/sh
				version=$(expr "$*" : '.*apache-maven:\\([^:]*\\):tar.gz:bin')
				echo 'not Maven' >"apache-maven-$version-bin.tar.gz"
				""");
		Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));

		Outcome outcome = runWrapper(this.bin + ":" + System.getenv("PATH"));

		assertThat(outcome.exitCode()).isEqualTo(1);
		assertThat(outcome.lines()).last().asString().startsWith("mvnw: deleted apache-maven-").contains("SHA-512");
		try (Stream<Path> files = Files.walk(this.mavenUserHome)) {
			assertThat(files.filter(Files::isRegularFile)).isEmpty();
		}
	}

	private Outcome runWrapper(String path) throws IOException, InterruptedException {
		Path output = this.directory.resolve("output");
		ProcessBuilder builder = new ProcessBuilder("/bin/sh", Path.of("mvnw").toAbsolutePath().toString(), "-v")
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().keySet().remove("MVNW_REPOURL");
		builder.environment().put("MAVEN_USER_HOME", this.mavenUserHome.toString());
		builder.environment().put("PATH", path);
		Process process = builder.start();
		try {
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("mvnw ended in time").isTrue();
			return new Outcome(process.exitValue(), Files.readAllLines(output));
		}
		finally {
			process.destroyForcibly();
		}
	}

	record Outcome(int exitCode, List<String> lines) {

		Outcome {
			lines = List.copyOf(lines);
		}

	}

}
