package io.fanfare.load;

import java.nio.file.Path;
import java.util.List;

/// The built jar taken apart, as in the image: a gateway that starts from it is ready in two
/// thirds of the time.
public final class ExtractedJar {

	private static final Path JAR = Path.of("target/fanfare-gateway.jar");

	private ExtractedJar() {
	}

	/// Takes the jar apart.
	/// @param directory where the parts go, empty
	/// @return the file to start
	public static Path in(Path directory) throws LoadException {
		ChildProcess
			.java("extraction", directory.resolve("extraction.log"), List.of("-Djarmode=tools", "-jar", JAR.toString(),
					"extract", "--destination", directory.resolve("application").toString()))
			.awaitEnd();
		return directory.resolve("application").resolve(JAR.getFileName());
	}

}
