package io.fanfare.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/// What happened in a run, one line each, with the seconds since it began. Threads: any.
final class AuditLog implements AutoCloseable {

	private final long start = System.nanoTime();

	private final Path file;

	private final PrintWriter writer;

	AuditLog(Path file) throws IOException {
		Files.createDirectories(file.toAbsolutePath().getParent());
		this.file = file;
		this.writer = new PrintWriter(Files.newBufferedWriter(file));
	}

	Path file() {
		return this.file;
	}

	synchronized void line(String text) {
		this.writer.printf("%8.3f %s%n", (System.nanoTime() - this.start) / 1e9, text);
	}

	@Override
	public synchronized void close() {
		this.writer.close();
	}

}
