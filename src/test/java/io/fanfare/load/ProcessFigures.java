package io.fanfare.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// What Linux says a process has used (proc(5)).
///
/// @param cpuNanos processor time of all threads, user and system, to 10 ms
/// @param cpuNanosByThread processor time of the threads that are alive, by name, to the
/// nanosecond; threads whose names differ in digits alone are one
/// @param busyNanos processor time that the whole machine has used
record ProcessFigures(long cpuNanos, Map<String, Long> cpuNanosByThread, long busyNanos) {

	/// USER_HZ, which is 100 on every architecture Java runs on.
	private static final long TICK_NANOS = 10_000_000;

	private static final int UTIME = 11;

	private static final int STIME = 12;

	static ProcessFigures of(long pid) {
		return new ProcessFigures(processNanos(pid), byThread(pid), machineNanos());
	}

	/// Returns what was used between an earlier look and this one.
	ProcessFigures since(ProcessFigures earlier) {
		Map<String, Long> byThread = new TreeMap<>();
		this.cpuNanosByThread.forEach((name, nanos) -> {
			long used = nanos - earlier.cpuNanosByThread.getOrDefault(name, 0L);
			if (used > 0) {
				byThread.put(name, used);
			}
		});
		return new ProcessFigures(this.cpuNanos - earlier.cpuNanos, byThread, this.busyNanos - earlier.busyNanos);
	}

	/// Returns the processor time of the threads that are alive: finer than
	/// [#cpuNanos()].
	long threadNanos() {
		return this.cpuNanosByThread.values().stream().mapToLong(Long::longValue).sum();
	}

	/// Returns the resident set of a process in bytes.
	static long residentBytes(long pid) {
		return read(Path.of("/proc", Long.toString(pid), "status")).lines()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Process " + pid + " has ended"));
	}

	/// Returns the processor time of a process's threads, ended ones too, to 10 ms.
	static long processNanos(long pid) {
		String[] fields = stat(read(Path.of("/proc", Long.toString(pid), "stat")));
		return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * TICK_NANOS;
	}

	/// Returns the fields behind the name, which may hold blanks.
	private static String[] stat(String line) {
		return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
	}

	private static Map<String, Long> byThread(long pid) {
		Map<String, Long> byName = new TreeMap<>();
		try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
			for (Path task : tasks) {
				try {
					String name = Files.readString(task.resolve("comm")).strip().replaceAll("[\\d#-]+$", "");
					String nanos = Files.readString(task.resolve("schedstat")).split(" ", 2)[0];
					byName.merge(name, Long.parseLong(nanos), Long::sum);
				}
				catch (IOException ended) {
					// A thread that has gone since the directory was read.
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("Process " + pid + " has ended", ex);
		}
		return byName;
	}

	private static long machineNanos() {
		String[] fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split("\\s+", -1);
		long ticks = 0;
		// user nice system idle iowait irq softirq steal; guests are counted in user.
		for (int i = 1; i <= 8; i++) {
			ticks += (i == 4 || i == 5) ? 0 : Long.parseLong(fields[i]);
		}
		return ticks * TICK_NANOS;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(file + " cannot be read", ex);
		}
	}

}
