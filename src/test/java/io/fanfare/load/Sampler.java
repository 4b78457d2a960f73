package io.fanfare.load;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Looks at the gateway once a second while it is measured: memory, processors by thread, and
/// afterwards at what its JVM logged of its pauses.
final class Sampler implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private static final int MAX_LINES = 6;

	private static final double MEGABYTE = 1024.0 * 1024;

	private final long pid;

	private final Path gcLog;

	private final Instant start = Instant.now();

	private final List<Sample> samples = new ArrayList<>();

	private final Thread thread;

	private Sampler(long pid, Path gcLog) {
		this.pid = pid;
		this.gcLog = gcLog;
		this.thread = Thread.ofPlatform().daemon().name("load-sampler").unstarted(this::run);
	}

	static Sampler start(long pid, Path gcLog) {
		Sampler sampler = new Sampler(pid, gcLog);
		sampler.thread.start();
		return sampler;
	}

	private void run() {
		ProcessFigures last = ProcessFigures.of(this.pid);
		long lastAt = System.nanoTime();
		try {
			while (true) {
				Thread.sleep(INTERVAL);
				ProcessFigures now = ProcessFigures.of(this.pid);
				long at = System.nanoTime();
				Map<String, Double> cores = new TreeMap<>();
				double elapsed = at - lastAt;
				now.since(last).cpuNanosByThread().forEach((name, nanos) -> cores.put(name, nanos / elapsed));
				add(new Sample(seconds(Instant.now()), ProcessFigures.residentBytes(this.pid), cores));
				last = now;
				lastAt = at;
			}
		}
		catch (InterruptedException | IllegalStateException ended) {
			// Asked to end, or the gateway has.
		}
	}

	private synchronized void add(Sample sample) {
		this.samples.add(sample);
	}

	private double seconds(Instant at) {
		return Duration.between(this.start, at).toMillis() / 1000.0;
	}

	@Override
	public void close() {
		this.thread.interrupt();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/// Returns what was seen, in a few figures.
	synchronized Map<String, Object> figures() {
		List<GcLog.Pause> pauses = pauses();
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("residentMbMax",
				Figures.rounded(this.samples.stream().mapToLong(Sample::resident).max().orElse(0) / MEGABYTE));
		figures.put("gcPauses", pauses.size());
		List<Double> millis = pauses.stream().map(GcLog.Pause::millis).sorted().toList();
		if (!millis.isEmpty()) {
			figures.put("gcPauseMsMedian", Figures.median(millis));
			figures.put("gcPauseMsP99", millis.get((int) Math.ceil(millis.size() * 0.99) - 1));
			figures.put("gcPauseMsMax", millis.getLast());
		}
		return figures;
	}

	private List<GcLog.Pause> pauses() {
		return GcLog.pauses(this.gcLog)
			.stream()
			.filter((pause) -> !pause.asked() && pause.at().isAfter(this.start))
			.toList();
	}

	/// Returns drawings of what was seen.
	synchronized List<Chart> charts() {
		List<LineChart.Point> resident = this.samples.stream()
			.map((sample) -> new LineChart.Point(sample.seconds, sample.resident / MEGABYTE))
			.toList();
		List<LineChart.Point> heap = GcLog.pauses(this.gcLog)
			.stream()
			.filter((pause) -> pause.at().isAfter(this.start))
			.map((pause) -> new LineChart.Point(seconds(pause.at()), pause.heapMb()))
			.toList();
		List<LineChart.Point> pauses = pauses().stream()
			.map((pause) -> new LineChart.Point(seconds(pause.at()), pause.millis()))
			.toList();
		return List.of(
				new LineChart("Memory of the gateway", "s", Scale.LINEAR, "MB", Scale.LINEAR,
						List.of(new LineChart.Line("resident", resident),
								new LineChart.Line("heap after a collection", heap))),
				new LineChart("Processors that the gateway uses", "s", Scale.LINEAR, "cores", Scale.LINEAR, cores()),
				new LineChart("Pauses of the collector", "s", Scale.LINEAR, "ms", Scale.LINEAR,
						List.of(new LineChart.Line("pause", pauses))));
	}

	private List<LineChart.Line> cores() {
		Map<String, Double> sums = new TreeMap<>();
		this.samples.forEach((sample) -> sample.cores.forEach((name, cores) -> sums.merge(name, cores, Double::sum)));
		return sums.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
			.limit(MAX_LINES)
			.map((thread) -> new LineChart.Line(thread.getKey(), this.samples.stream()
				.map((sample) -> new LineChart.Point(sample.seconds, sample.cores.getOrDefault(thread.getKey(), 0.0)))
				.toList()))
			.toList();
	}

	/// One look.
	///
	/// @param cores processors used since the look before, by thread
	private record Sample(double seconds, long resident, Map<String, Double> cores) {
	}

}
