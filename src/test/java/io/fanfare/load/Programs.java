package io.fanfare.load;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// The programs of this machine.
///
/// @param path folders, as in the variable `PATH`
record Programs(String path) {

	static Programs installed() {
		return new Programs(Optional.ofNullable(System.getenv("PATH")).orElse(""));
	}

	Optional<Path> find(String program) {
		return Arrays.stream(this.path.split(File.pathSeparator, -1))
			.filter((folder) -> !folder.isEmpty())
			.map((folder) -> Path.of(folder, program))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/// @throws IllegalStateException if there is none
	Path get(String program) {
		return find(program).orElseThrow(() -> new IllegalStateException(program + " is not on the PATH"));
	}

}
