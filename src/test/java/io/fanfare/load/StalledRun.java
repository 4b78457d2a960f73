package io.fanfare.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import org.HdrHistogram.Histogram;

/// Sessions that take nothing for a while under load: what the others notice, what they cost in
/// memory, and that they have everything, or were told, after they woke.
///
/// In pairs with and without stalled sessions, each the first one in turn. Half of the records
/// are for the sessions that stall, in both halves of a pair.
final class StalledRun implements Scenario.Run {

	private final Bench bench;

	private final SessionRange healthy;

	private final SessionRange stalled;

	private final Published published;

	private final Waiting waiting;

	StalledRun(Bench bench) {
		this.bench = bench;
		int sessions = bench.settings().sessions();
		this.healthy = new SessionRange(0, sessions);
		this.stalled = new SessionRange(sessions, bench.settings().allSessions());
		this.published = new Published(this.stalled.end());
		this.waiting = bench.waiting();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		this.bench.receivers().smallBuffers(this.stalled);
		Deliveries deliveries = this.bench.open(this.stalled.end(), this.published);
		List<Pair> pairs = new ArrayList<>();
		try (Publisher publisher = this.bench.publisher(this.published)) {
			SteadyLoad load = start(publisher);
			this.waiting.during("warming up", this.bench.settings().warmUp());
			load.end(System.nanoTime());
			boolean complete = true;
			while (complete && pairs.size() < this.bench.settings().get(Option.ROUNDS)) {
				boolean withFirst = pairs.size() % 2 == 1;
				Half first = half(deliveries, publisher, withFirst);
				Half second = half(deliveries, publisher, !withFirst);
				pairs.add(withFirst ? new Pair(second, first) : new Pair(first, second));
				complete = first.left + second.left == 0;
			}
		}
		return result(deliveries, pairs);
	}

	private SteadyLoad start(Publisher publisher) {
		return SteadyLoad.start(publisher, this.bench.settings().get(Option.RATE),
				(index) -> ((index % 2 == 0) ? this.healthy : this.stalled).turn(index / 2));
	}

	private Half half(Deliveries deliveries, Publisher publisher, boolean stall)
			throws LoadException, InterruptedException {
		Receivers receivers = this.bench.receivers();
		receivers.reading(this.stalled, !stall);
		SteadyLoad load = start(publisher);
		long until = load.startAt() + this.bench.settings().duration().toNanos();
		LatencyWindow latency = deliveries.record(new LatencyWindow(this.healthy, load.startAt(), until));
		Usage.Start usageStart = this.bench.usage();
		this.waiting.until(stall ? "with stalled sessions" : "without stalled sessions", until);
		Usage usage = usageStart.stop();
		load.end(until);
		Completion rest = this.bench.completion(deliveries, this.healthy, false);
		this.waiting.untilComplete("waiting for the rest", rest);
		Memory memory = Memory.of(this.bench.target().pid());
		long backlog = receivers.onEventLoop(() -> deliveries.missing(this.stalled));
		Completion woken = this.bench.completion(deliveries, this.stalled, false);
		receivers.reading(this.stalled, true);
		this.waiting.untilComplete("waking up", woken);
		return new Half(receivers.onEventLoop(latency::fromIntended), usage, memory, backlog,
				receivers.onEventLoop(woken::times), rest.left() + woken.left());
	}

	private Result result(Deliveries deliveries, List<Pair> pairs) throws InterruptedException {
		Faults faults = this.bench.receivers().onEventLoop(deliveries::faults);
		Map<String, Long> gaps = this.bench.receivers().onEventLoop(deliveries::gapsByReason);
		double ratio = median(pairs, Pair::ratio);
		double heap = median(pairs, (pair) -> pair.growth((memory) -> memory.heap()));
		double direct = median(pairs, (pair) -> pair.growth((memory) -> memory.otherNative()));
		double resident = median(pairs, (pair) -> pair.growth((memory) -> memory.resident()));
		double each = 1024.0 * this.stalled.size();
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("healthyP99Ratio", Figures.rounded(ratio));
		figures.put("liveHeapKbPerStalled", Figures.rounded(heap / each));
		figures.put("directKbPerStalled", Figures.rounded(direct / each));
		figures.put("residentKbPerStalled", Figures.rounded(resident / each));
		figures.put("pairs", pairs.stream().map((pair) -> pair.figures(this.stalled.size())).toList());
		figures.put("gapsByReason", gaps);
		figures.put("faults", faults);
		List<String> problems = new ArrayList<>();
		if (!faults.noneButTold()) {
			problems.add("records did not arrive once and in order: " + faults);
		}
		if (pairs.stream().anyMatch((pair) -> pair.with.backlog == 0)) {
			problems.add("nothing waited for the stalled sessions");
		}
		return new Result(figures,
				List.of(Figures.line("healthy p99, with/without", "%.2f of %s", ratio,
						pairs.stream().map((pair) -> Figures.rounded(pair.ratio())).toList()),
						Figures.line("per stalled session", "live heap %.1f KB, direct %.1f KB, resident %.1f KB",
								heap / each, direct / each, resident / each),
						Figures.line("backlog per stalled", "%,.0f records",
								median(pairs, (pair) -> (double) pair.with.backlog / this.stalled.size())),
						Figures.line("all complete after waking", "%.2f s",
								median(pairs, (pair) -> pair.with.woken.getMaxValue() / 1e9)),
						Figures.line("gaps told", "%s", gaps),
						Figures.line("records", "%,d published: %s", this.published.count(
								new SessionRange(0, this.stalled.end())), faults)),
				problems, List.of(
						LineChart.percentiles("Latency of the healthy sessions", List.of(
								LineChart.Line.of("without", Figures.sum(each(pairs, (pair) -> pair.without.latency))),
								LineChart.Line.of("with stalled sessions",
										Figures.sum(each(pairs, (pair) -> pair.with.latency))))),
						LineChart.percentiles("Time until a session is complete after waking",
								List.of(LineChart.Line.of("stalled",
										Figures.sum(each(pairs, (pair) -> pair.with.woken))))),
						new BarChart("Memory for each stalled session", "KB", List.of(bar("live heap", heap / each),
								bar("direct", direct / each), bar("resident", resident / each)))));
	}

	private static BarChart.Bar bar(String name, double kilobytes) {
		return new BarChart.Bar(name, Map.of("growth", Math.max(0, kilobytes)));
	}

	private static List<Histogram> each(List<Pair> pairs, Function<Pair, Histogram> histogram) {
		return pairs.stream().map(histogram).toList();
	}

	private static double median(List<Pair> pairs, ToDoubleFunction<Pair> figure) {
		return Figures.median(pairs.stream().map(figure::applyAsDouble).toList());
	}

	/// The same load without and with stalled sessions.
	private record Pair(Half without, Half with) {

		double ratio() {
			return Figures.millis(this.with.latency, 99) / Figures.millis(this.without.latency, 99);
		}

		double growth(ToDoubleFunction<Memory> what) {
			return what.applyAsDouble(this.with.memory) - what.applyAsDouble(this.without.memory);
		}

		Map<String, Object> figures(int stalled) {
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("healthyP99Ratio", Figures.rounded(ratio()));
			figures.put("perStalled", this.with.memory.kilobytesSince(this.without.memory, stalled));
			figures.put("without", this.without.figures());
			figures.put("with", this.with.figures());
			return figures;
		}

	}

	/// One half of a pair.
	///
	/// @param latency of the healthy sessions
	/// @param memory before the stalled sessions woke
	/// @param backlog records that had not reached the other sessions then
	/// @param woken when each of them was complete, counted from their waking
	/// @param left sessions that never were
	private record Half(Histogram latency, Usage usage, Memory memory, long backlog, Histogram woken, int left) {

		Map<String, Object> figures() {
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("healthyMs", Figures.percentiles(this.latency));
			figures.put("cpuPercentOfOneCore", Figures.rounded(this.usage.gatewayCores() * 100));
			figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(this.usage.otherCores() * 100));
			figures.put("liveHeapBytes", this.memory.heap());
			figures.put("directBytes", this.memory.otherNative());
			figures.put("residentBytes", this.memory.resident());
			figures.put("backlogRecords", this.backlog);
			figures.put("wokenMs", Figures.percentiles(this.woken));
			return figures;
		}

	}

}
