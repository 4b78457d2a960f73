package io.fanfare.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/// Memory and processor time of sessions that receive nothing but heartbeats.
final class IdleRun implements Scenario.Run {

	/// Numbers of sessions that memory is read at, evenly apart.
	private static final int STEPS = 4;

	private final Bench bench;

	private final Receivers receivers;

	IdleRun(Bench bench) {
		this.bench = bench;
		this.receivers = bench.receivers();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int sessions = this.bench.settings().sessions();
		List<String> tokens = Tokens.mint(this.bench.target().issuer(), sessions, this.bench.progress());
		SessionMemory memory = new SessionMemory(this.bench);
		long cold = memory.resident();
		List<Integer> counts = IntStream.rangeClosed(1, STEPS).mapToObj((step) -> sessions * step / STEPS).toList();
		List<SessionMemory.Reading> readings = memory.read(tokens, counts);
		SessionMemory.Reading empty = readings.getFirst();
		SessionMemory.Reading full = readings.getLast();
		Usage quiet = quiet();
		this.receivers.requireAllOpen();

		double residentEach = (full.resident() - empty.resident()) / 1024.0 / sessions;
		double residentEachCold = (full.resident() - cold) / 1024.0 / sessions;
		double heapEach = full.heapKilobytesEach(empty);
		double cpuPercent = quiet.gatewayCores() * 100;
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("residentBytesColdAt0", cold);
		figures.put("residentBytesAt0", empty.resident());
		figures.put("residentBytesAtN", full.resident());
		figures.put("liveHeapBytesAt0", empty.heap().bytes());
		figures.put("liveHeapBytesAtN", full.heap().bytes());
		figures.put("residentKbPerSession", Figures.rounded(residentEach));
		figures.put("residentKbPerSessionFromCold", Figures.rounded(residentEachCold));
		figures.put("liveHeapKbPerSession", Figures.rounded(heapEach));
		figures.put("cpuPercentOfOneCore", Figures.rounded(cpuPercent));
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(quiet.otherCores() * 100));
		figures.put("liveClassesAtN", full.heap().top());
		return new Result(figures,
				List.of(Figures.line("RSS at 0 sessions", "%.1f MB as started, %.1f MB after %,d had come and gone",
						mb(cold), mb(empty.resident()), Math.min(SessionMemory.WARM_UP_SESSIONS, sessions)),
						Figures.line("RSS at %,d sessions".formatted(sessions), "%.1f MB", mb(full.resident())),
						Figures.line("RSS per session", "%.2f KB (%.2f KB counted from the start)", residentEach,
								residentEachCold),
						Figures.line("live heap", "%.1f MB, %.2f KB per session", mb(full.heap().bytes()), heapEach),
						Figures.line("CPU while quiet", "%.2f %% of one core (other processes: %.0f %%)", cpuPercent,
								quiet.otherCores() * 100)),
				List.of(),
				List.of(new LineChart("Memory by sessions", "sessions", Scale.LINEAR, "MB", Scale.LINEAR,
						List.of(line("resident", readings, SessionMemory.Reading::resident),
								line("live heap", readings, (reading) -> reading.heap().bytes())))));
	}

	private static LineChart.Line line(String name, List<SessionMemory.Reading> readings,
			ToLongFunction<SessionMemory.Reading> bytes) {
		return new LineChart.Line(name,
				readings.stream()
					.map((reading) -> new LineChart.Point(reading.sessions(), mb(bytes.applyAsLong(reading))))
					.toList());
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
