package io.fanfare.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// What Linux says a process has used (proc(5)).
///
/// @param cpuNanos processor time of all threads, user and system, to 10 ms
/// @param cpuNanosByTask processor time of each thread that is alive, to the nanosecond
/// @param busyNanos processor time that the whole machine has used
record ProcessFigures(long cpuNanos, Map<Task, Long> cpuNanosByTask, long busyNanos) {

	/// USER_HZ, which is 100 on every architecture Java runs on.
	private static final long TICK_NANOS = 10_000_000;

	private static final int UTIME = 11;

	private static final int STIME = 12;

	static ProcessFigures of(long pid) {
		return new ProcessFigures(processNanos(pid), byTask(pid), machineNanos());
	}

	/// Returns what was used between an earlier look and this one. What a thread used
	/// that
	/// has ended since is in [#cpuNanos()] alone.
	ProcessFigures since(ProcessFigures earlier) {
		Map<Task, Long> used = new HashMap<>();
		this.cpuNanosByTask
			.forEach((task, nanos) -> used.put(task, nanos - earlier.cpuNanosByTask.getOrDefault(task, 0L)));
		return new ProcessFigures(this.cpuNanos - earlier.cpuNanos, used, this.busyNanos - earlier.busyNanos);
	}

	/// Returns the processor time of the threads that are alive: finer than
	/// [#cpuNanos()].
	long threadNanos() {
		return this.cpuNanosByTask.values().stream().mapToLong(Long::longValue).sum();
	}

	/// Returns the processor time of the threads that are alive, by name; those whose
	/// names differ in digits alone are one.
	Map<String, Long> cpuNanosByThread() {
		Map<String, Long> byName = new TreeMap<>();
		this.cpuNanosByTask.forEach((task, nanos) -> byName.merge(task.name, nanos, Long::sum));
		byName.values().removeIf((nanos) -> nanos == 0);
		return byName;
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

	private static Map<Task, Long> byTask(long pid) {
		Map<Task, Long> byTask = new HashMap<>();
		try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
			for (Path task : tasks) {
				try {
					String name = Files.readString(task.resolve("comm")).strip().replaceAll("[\\d#-]+$", "");
					String nanos = Files.readString(task.resolve("schedstat")).split(" ", 2)[0];
					byTask.put(new Task(Long.parseLong(task.getFileName().toString()), name), Long.parseLong(nanos));
				}
				catch (IOException ended) {
					// A thread that has gone since the directory was read.
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("Process " + pid + " has ended", ex);
		}
		return byTask;
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

	/// A thread, as the system knows it.
	///
	/// @param name without the digits at its end
	record Task(long id, String name) {
	}

}
