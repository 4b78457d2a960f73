package io.fanfare.build;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Tests that need a tool which not every machine has. Without it they are skipped with one
/// line, or fail where the environment variable `FANFARE_REQUIRE_ALL_GROUPS` is `true`.
public final class OptionalGroup {

	private static final String REQUIRE_ALL = "FANFARE_REQUIRE_ALL_GROUPS";

	private OptionalGroup() {
	}

	/// Goes on where the command is on the PATH.
	/// @param what the tests that are left out without it, for the line
	public static void needsCommand(String command, String what) {
		if (isOnPath(command)) {
			return;
		}
		String line = what + ": " + command + " is not on the PATH";
		if (Boolean.parseBoolean(System.getenv(REQUIRE_ALL))) {
			Assertions.fail(line + " and " + REQUIRE_ALL + " is true");
		}
		System.out.println("SKIPPED: " + line);
		Assumptions.abort(line);
	}

	private static boolean isOnPath(String command) {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
			.filter((directory) -> !directory.isEmpty())
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

}
