package io.fanfare.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// The same gateway with few sessions and with many: what a delivery costs, as a ratio to raw
/// Netty with as many connections, and how much heap a session has.
///
/// The heap is read first, with sessions that receive nothing: records fill the journal, which
/// is no cost of a session.
final class GrowthRun implements Scenario.Run {

	private final Bench bench;

	private final int small;

	private final List<String> tokens;

	GrowthRun(Bench bench) {
		this.bench = bench;
		this.small = bench.settings().get(Option.SMALL);
		this.tokens = Tokens.mint(bench.target().issuer(), bench.settings().sessions(), bench.progress());
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int large = this.tokens.size();
		SessionMemory memory = new SessionMemory(this.bench);
		List<SessionMemory.Reading> readings = memory.read(this.tokens, List.of(this.small, large));
		memory.closeAll();
		SessionMemory.Reading empty = readings.get(0);
		return result(empty, size(readings.get(1), empty), size(readings.get(2), empty));
	}

	/// Opens up to that many sessions and measures.
	private Size size(SessionMemory.Reading memory, SessionMemory.Reading empty)
			throws LoadException, InterruptedException {
		SessionRange sessions = new SessionRange(0, memory.sessions());
		Published published = new Published(sessions.size());
		Deliveries deliveries = this.bench.open(this.tokens.subList(0, sessions.size()), published);
		List<UnicastLoad.Turn> turns = new ArrayList<>();
		try (Publisher publisher = this.bench.publisher(published)) {
			UnicastLoad load = new UnicastLoad(this.bench, publisher, sessions, published, deliveries);
			load.gateway("warming up", this.bench.settings().warmUp());
			try (Floor floor = load.startFloor()) {
				Pairs pairs = Pairs.measure(this.bench.settings().get(Option.PAIRS), () -> {
					turns.add(load.gateway("gateway", this.bench.settings().duration()));
					return turns.getLast().micros();
				}, () -> load.floor(floor));
				return new Size(sessions.size(), pairs, turns, memory.heap().bytes(), memory.heapKilobytesEach(empty),
						this.bench.receivers().onEventLoop(deliveries::faults));
			}
		}
	}

	private static Result result(SessionMemory.Reading empty, Size few, Size many) {
		double cpu = many.pairs.ratio() / few.pairs.ratio();
		double heap = many.heapEach / few.heapEach;
		List<String> lines = new ArrayList<>();
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("cpuRatioQuotient", Figures.rounded(cpu));
		figures.put("liveHeapQuotient", Figures.rounded(heap));
		figures.put("liveHeapBytesAt0", empty.heap().bytes());
		figures.put("small", few.figures(lines));
		figures.put("large", many.figures(lines));
		lines.add(Figures.line("large by small", "ratio to raw Netty %.2f, live heap per session %.2f", cpu, heap));
		List<String> problems = new ArrayList<>();
		List<BarChart.Bar> micros = new ArrayList<>();
		List<BarChart.Bar> kilobytes = new ArrayList<>();
		for (Size size : List.of(few, many)) {
			if (!size.faults.none()) {
				problems.add("records did not arrive once and in order, at %,d sessions: %s".formatted(size.sessions,
						size.faults));
			}
			micros.add(size.bar("gateway", size.pairs.serverMicros()));
			micros.add(size.bar("raw Netty", size.pairs.floorMicros()));
			kilobytes.add(size.bar("live heap", Math.max(0, size.heapEach)));
		}
		return new Result(figures, lines, problems, List.of(new BarChart("CPU per delivery, by sessions", "µs", micros),
				new BarChart("Live heap per session, by sessions", "KB", kilobytes)));
	}

	/// What was found with that many sessions.
	///
	/// @param heap bytes of live heap
	/// @param heapEach kilobytes of it for each session
	private record Size(int sessions, Pairs pairs, List<UnicastLoad.Turn> turns, long heap, double heapEach,
			Faults faults) {

		Map<String, Object> figures(List<String> lines) {
			Histogram latency = Figures.sum(this.turns.stream().map(UnicastLoad.Turn::latency).toList());
			double others = Figures.median(this.turns.stream().map((turn) -> turn.usage().otherCores()).toList());
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("sessions", this.sessions);
			figures.put("liveHeapBytes", this.heap);
			figures.put("liveHeapKbPerSession", Figures.rounded(this.heapEach));
			figures.put("latencyMs", Figures.percentiles(latency));
			figures.put("cpuMicrosPerDelivery", Figures.all(this.pairs.server()));
			figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(others * 100));
			lines.add(Figures.line("%,d sessions".formatted(this.sessions), "live heap %.2f KB per session",
					this.heapEach));
			lines.add(Figures.line("latency", "%s", Figures.line(latency)));
			lines.add(Figures.line("CPU per delivery", "%.2f µs (other processes: %.0f %% of one core)",
					this.pairs.serverMicros(), others * 100));
			this.pairs.compare(figures, lines);
			figures.put("faults", this.faults);
			lines.add(Figures.line("records", "%s", this.faults));
			return figures;
		}

		BarChart.Bar bar(String what, double value) {
			return new BarChart.Bar("%s, %,d".formatted(what, this.sessions), Map.of(what, value));
		}

	}

}
