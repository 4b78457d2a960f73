package io.fanfare.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A Node server with the package ws.
record WsPeer(int port) implements Peer {

	private static final Path FOLDER = Path.of("src/test/peers");

	@Override
	public Optional<String> missing(Programs programs) {
		if (programs.find("node").isEmpty()) {
			return Optional.of("ws needs node on the PATH (Debian package nodejs)");
		}
		return Files.isDirectory(FOLDER.resolve("node_modules/ws")) ? Optional.empty()
				: Optional.of("ws needs its package: npm ci in " + FOLDER);
	}

	@Override
	public List<String> command(Programs programs, Path folder) {
		return List.of(programs.get("node").toString(), FOLDER.resolve("ws.mjs").toString(),
				Integer.toString(this.port));
	}

	@Override
	public Outlet outlet() {
		return new PostOutlet(this.port, "/");
	}

}
