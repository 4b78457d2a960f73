package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Memory and processor time of sessions that receive nothing but heartbeats.
///
/// Resident memory is read after full collections: before any session, after a few sessions
/// have come and gone (so that loaded classes and compiled code are not taken for the cost of a
/// session), and with all sessions open.
final class IdleRun implements Scenario.Run {

	private static final int WARM_UP_SESSIONS = 1000;

	/// Numbers of sessions that memory is read at, evenly apart.
	private static final int STEPS = 4;

	private static final Duration SETTLE = Duration.ofSeconds(2);

	private final Bench bench;

	private final Receivers receivers;

	private final Jvm jvm;

	IdleRun(Bench bench) {
		this.bench = bench;
		this.receivers = bench.receivers();
		this.jvm = new Jvm(bench.target().pid());
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int sessions = this.bench.settings().sessions();
		List<String> tokens = Tokens.mint(this.bench.target().issuer(), sessions, this.bench.progress());
		long cold = resident();
		open(tokens.subList(0, Math.min(WARM_UP_SESSIONS, sessions)));
		this.receivers.closeAll();
		Thread.sleep(SETTLE);
		long empty = resident();
		Jvm.Heap emptyHeap = this.jvm.liveHeap();
		List<LineChart.Point> residents = new ArrayList<>(List.of(new LineChart.Point(0, mb(empty))));
		List<LineChart.Point> heaps = new ArrayList<>(List.of(new LineChart.Point(0, mb(emptyHeap.bytes()))));
		long full = empty;
		Jvm.Heap fullHeap = emptyHeap;
		for (int step = 1; step <= STEPS; step++) {
			int open = sessions * step / STEPS;
			open(tokens.subList(0, open));
			Thread.sleep(SETTLE);
			full = resident();
			fullHeap = this.jvm.liveHeap();
			residents.add(new LineChart.Point(open, mb(full)));
			heaps.add(new LineChart.Point(open, mb(fullHeap.bytes())));
		}
		Usage quiet = quiet();
		this.receivers.requireAllOpen();

		double residentEach = (full - empty) / 1024.0 / sessions;
		double residentEachCold = (full - cold) / 1024.0 / sessions;
		double heapEach = (fullHeap.bytes() - emptyHeap.bytes()) / 1024.0 / sessions;
		double cpuPercent = quiet.gatewayCores() * 100;
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("residentBytesColdAt0", cold);
		figures.put("residentBytesAt0", empty);
		figures.put("residentBytesAtN", full);
		figures.put("liveHeapBytesAt0", emptyHeap.bytes());
		figures.put("liveHeapBytesAtN", fullHeap.bytes());
		figures.put("residentKbPerSession", Figures.rounded(residentEach));
		figures.put("residentKbPerSessionFromCold", Figures.rounded(residentEachCold));
		figures.put("liveHeapKbPerSession", Figures.rounded(heapEach));
		figures.put("cpuPercentOfOneCore", Figures.rounded(cpuPercent));
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(quiet.otherCores() * 100));
		figures.put("liveClassesAtN", fullHeap.top());
		return new Result(figures,
				List.of(Figures.line("RSS at 0 sessions", "%.1f MB as started, %.1f MB after %,d had come and gone",
						mb(cold), mb(empty), Math.min(WARM_UP_SESSIONS, sessions)),
						Figures.line("RSS at %,d sessions".formatted(sessions), "%.1f MB", mb(full)),
						Figures.line("RSS per session", "%.2f KB (%.2f KB counted from the start)", residentEach,
								residentEachCold),
						Figures.line("live heap", "%.1f MB, %.2f KB per session", mb(fullHeap.bytes()), heapEach),
						Figures.line("CPU while quiet", "%.2f %% of one core (other processes: %.0f %%)", cpuPercent,
								quiet.otherCores() * 100)),
				List.of(), List.of(new LineChart("Memory by sessions", "sessions", Scale.LINEAR, "MB", Scale.LINEAR,
						List.of(new LineChart.Line("resident", residents), new LineChart.Line("live heap", heaps)))));
	}

	private void open(List<String> tokens) throws LoadException {
		this.receivers.open(tokens, this.bench.settings().get(Option.OPEN_RATE),
				new Deliveries(tokens.size(), new Published(tokens.size())), this.bench.progress());
	}

	/// Returns the resident memory after a full collection.
	private long resident() throws LoadException, InterruptedException {
		this.jvm.collectGarbage();
		Thread.sleep(SETTLE);
		return ProcessFigures.residentBytes(this.bench.target().pid());
	}

	private Usage quiet() throws LoadException, InterruptedException {
		Usage.Start start = this.bench.usage();
		long seconds = this.bench.settings().duration().toSeconds();
		for (long second = 0; second < seconds; second++) {
			this.bench.progress().update("quiet: %d of %d s", second, seconds);
			Thread.sleep(Duration.ofSeconds(1));
			this.receivers.requireAllOpen();
		}
		return start.stop();
	}

	private static double mb(long bytes) {
		return bytes / 1024.0 / 1024.0;
	}

}
