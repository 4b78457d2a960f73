package io.fanfare.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What another JVM says of its heap, asked with `jcmd`.
final class Jvm {

	private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s+(\\d+)");

	private final long pid;

	Jvm(long pid) {
		this.pid = pid;
	}

	/// Collects all garbage; returns when that is done.
	void collectGarbage() throws LoadException {
		jcmd("GC.run");
	}

	/// Returns the live objects, after a full collection, by class.
	Heap liveHeap() throws LoadException {
		String histogram = jcmd("GC.class_histogram");
		Matcher total = TOTAL.matcher(histogram);
		if (!total.find()) {
			throw new LoadException("jcmd gives no class histogram: " + histogram.strip());
		}
		return new Heap(Long.parseLong(total.group(2)), histogram.lines().skip(1).limit(TOP + 2).toList());
	}

	/// Classes that a result lists.
	private static final int TOP = 30;

	private String jcmd(String command) throws LoadException {
		try {
			Process process = new ProcessBuilder(ChildProcess.tool("jcmd").toString(), Long.toString(this.pid), command)
				.redirectErrorStream(true)
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new LoadException("jcmd " + command + " failed: " + output.strip());
			}
			return output;
		}
		catch (IOException ex) {
			throw new LoadException("jcmd cannot be run: " + ex.getMessage(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LoadException("interrupted", ex);
		}
	}

	/// Live objects.
	///
	/// @param bytes bytes of all
	/// @param top lines of the classes that take the most
	record Heap(long bytes, List<String> top) {
	}

}
