package io.fanfare.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What another JVM says of its heap, asked with `jcmd`.
final class Jvm {

	private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s+(\\d+)");

	private static final Pattern OTHER = Pattern.compile("(?m)^-\\s+Other \\(reserved=\\d+KB, committed=(\\d+)KB");

	private static final Pattern ALLOCATED = Pattern.compile("(?m)^\"([^\"]+)\" .* allocated=(\\d+)([BKMG])");

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

	/// Returns bytes that the JVM has from malloc for direct buffers and other things
	/// that
	/// are none of its own; 0 where it does not track them
	/// (`-XX:NativeMemoryTracking=summary`).
	long otherNative() throws LoadException {
		Matcher other = OTHER.matcher(jcmd("VM.native_memory"));
		return other.find() ? Long.parseLong(other.group(1)) * 1024 : 0;
	}

	/// Returns bytes that the live threads have allocated, to a hundredth or so, by name;
	/// threads
	/// whose names differ in digits alone are one.
	Map<String, Long> allocatedByThread() throws LoadException {
		Map<String, Long> byName = new TreeMap<>();
		Matcher thread = ALLOCATED.matcher(jcmd("Thread.print", "-e"));
		while (thread.find()) {
			long unit = switch (thread.group(3)) {
				case "K" -> 1L << 10;
				case "M" -> 1L << 20;
				case "G" -> 1L << 30;
				default -> 1;
			};
			byName.merge(thread.group(1).replaceAll("[\\d#-]+$", ""), Long.parseLong(thread.group(2)) * unit,
					Long::sum);
		}
		return byName;
	}

	/// Classes that a result lists.
	private static final int TOP = 30;

	private String jcmd(String... command) throws LoadException {
		try {
			List<String> all = new ArrayList<>(List.of(ChildProcess.tool("jcmd").toString(), Long.toString(this.pid)));
			all.addAll(Arrays.asList(command));
			Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new LoadException("jcmd " + String.join(" ", command) + " failed: " + output.strip());
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
