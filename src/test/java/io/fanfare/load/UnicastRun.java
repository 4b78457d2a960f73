package io.fanfare.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

import org.HdrHistogram.Histogram;

/// Records for one session each, at a steady rate whatever the answer: publish-to-receipt
/// latency, and that each came once and in order. In turn with raw Netty, which writes the same
/// frames at the same rate, and with a bare consumer of the same records.
final class UnicastRun implements Scenario.Run {

	private final Bench bench;

	private final int rate;

	private final SessionRange sessions;

	private final Published published;

	private final Deliveries deliveries;

	private final Waiting waiting;

	UnicastRun(Bench bench) throws LoadException {
		this.bench = bench;
		this.rate = bench.settings().get(Option.RATE);
		this.sessions = new SessionRange(0, bench.settings().sessions());
		this.published = new Published(this.sessions.size());
		this.deliveries = bench.open(this.sessions.size(), this.published);
		this.waiting = bench.waiting();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int pairs = this.bench.settings().get(Option.PAIRS);
		List<UnicastLoad.Turn> turns = new ArrayList<>();
		List<Histogram> bare = new ArrayList<>();
		try (Publisher publisher = this.bench.publisher(this.published)) {
			UnicastLoad load = new UnicastLoad(this.bench, publisher, this.sessions, this.published, this.deliveries);
			Pairs.Half gateway = () -> {
				turns.add(load.gateway("gateway", this.bench.settings().duration()));
				return turns.getLast().micros();
			};
			load.gateway("warming up", this.bench.settings().warmUp());
			if (pairs == 0) {
				return result(turns, Pairs.alone(gateway), bare);
			}
			// As warm as in the turns that count.
			bare();
			try (Floor floor = load.startFloor()) {
				Pairs measured = Pairs.measure(pairs, gateway, () -> {
					double micros = load.floor(floor);
					bare.add(bare());
					return micros;
				});
				return result(turns, measured, bare);
			}
		}
	}

	private Histogram bare() throws LoadException, InterruptedException {
		try (BareConsumer consumer = new BareConsumer(this.bench.target());
				Publisher publisher = this.bench.publisher(BrokerMain.BARE_TOPIC,
						new Published(this.sessions.size()))) {
			SteadyLoad load = SteadyLoad.start(publisher, this.rate, this.sessions::turn);
			long from = load.startAt() + UnicastLoad.LEAD_IN.toNanos();
			long until = from + this.bench.settings().duration().toNanos();
			consumer.start(new LatencyWindow(this.sessions, from, until));
			this.waiting.until("bare consumer", until);
			load.end(until);
			this.waiting.during("bare consumer", UnicastLoad.LEAD_IN);
			return consumer.end();
		}
	}

	private Result result(List<UnicastLoad.Turn> runs, Pairs pairs, List<Histogram> bare) throws InterruptedException {
		Faults faults = this.bench.receivers().onEventLoop(this.deliveries::faults);
		Histogram corrected = Figures.sum(runs.stream().map(UnicastLoad.Turn::latency).toList());
		Histogram plain = Figures.sum(runs.stream().map(UnicastLoad.Turn::fromSent).toList());
		double perSecond = median(runs, UnicastLoad.Turn::perSecond);
		double micros = pairs.serverMicros();
		double cores = median(runs, (run) -> run.usage().gatewayCores());
		double others = median(runs, (run) -> run.usage().otherCores());
		Map<String, Long> nanos = new TreeMap<>();
		runs.forEach((run) -> run.usage()
			.gateway()
			.cpuNanosByThread()
			.forEach((thread, each) -> nanos.merge(thread, each, Long::sum)));
		Map<String, Double> byThread = Usage.micros(nanos, runs.stream().mapToLong(UnicastLoad.Turn::received).sum());
		Map<String, Double> allocated = allocated(runs);
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("latencyMs", Figures.percentiles(corrected));
		figures.put("latencyMsFromActualSend", Figures.percentiles(plain));
		figures.put("sentLateMsMax",
				Figures.rounded(runs.stream().mapToLong((run) -> run.late().toNanos()).max().orElse(0) / 1e6));
		figures.put("deliveriesPerSecond", Figures.rounded(perSecond));
		figures.put("cpuMicrosPerDelivery", Figures.all(pairs.server()));
		figures.put("cpuMicrosPerDeliveryByThread", byThread);
		figures.put("allocatedBytesPerDeliveryByThread", allocated);
		figures.put("cpuPercentOfOneCore", Figures.rounded(cores * 100));
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(others * 100));
		figures.put("published", this.published.count(this.sessions));
		figures.put("faults", faults);
		List<String> lines = new ArrayList<>(List.of(Figures.line("latency", "%s", Figures.line(corrected)),
				Figures.line("latency from actual send", "%s", Figures.line(plain)),
				Figures.line("deliveries", "%,.0f per second", perSecond),
				Figures.line("CPU per delivery", "%.2f µs, %.1f %% of one core (other processes: %.0f %%)", micros,
						cores * 100, others * 100),
				Figures.line("by thread, µs", "%s", byThread),
				Figures.line("allocated by thread, bytes", "%s", allocated)));
		List<LineChart.Line> latencies = new ArrayList<>(List.of(LineChart.Line.of("gateway", corrected)));
		List<BarChart.Bar> bars = new ArrayList<>(List.of(new BarChart.Bar("gateway", Figures.few(byThread, micros))));
		if (!bare.isEmpty()) {
			pairs.compare(figures, lines);
			compare(runs, bare, figures, lines);
			latencies.add(LineChart.Line.of("bare consumer", Figures.sum(bare)));
			bars.add(new BarChart.Bar("raw Netty", Map.of("raw Netty", pairs.floorMicros())));
		}
		lines.add(Figures.line("records", "%,d published: %s", this.published.count(this.sessions), faults));
		List<Chart> charts = List.of(LineChart.percentiles("Latency from the intended send time", latencies),
				new BarChart("CPU per delivery", "µs", bars));
		return new Result(figures, lines,
				faults.none() ? List.of() : List.of("records did not arrive once and in order: " + faults), charts);
	}

	/// Returns bytes for each delivery, the largest first.
	private static Map<String, Double> allocated(List<UnicastLoad.Turn> runs) {
		Map<String, Long> bytes = new TreeMap<>();
		runs.forEach((run) -> run.allocated().forEach((thread, each) -> bytes.merge(thread, each, Long::sum)));
		return Usage.each(bytes, (double) runs.stream().mapToLong(UnicastLoad.Turn::receivedMeanwhile).sum());
	}

	/// Adds what a bare consumer had, and how much more the gateway did.
	private static void compare(List<UnicastLoad.Turn> runs, List<Histogram> bare, Map<String, Object> figures,
			List<String> lines) {
		List<Double> addedMedian = new ArrayList<>();
		List<Double> addedLate = new ArrayList<>();
		for (int i = 0; i < runs.size(); i++) {
			addedMedian.add(Figures.millis(runs.get(i).latency(), 50) - Figures.millis(bare.get(i), 50));
			addedLate.add(Figures.millis(runs.get(i).latency(), 99) - Figures.millis(bare.get(i), 99));
		}
		figures.put("bareConsumerMs", Figures.percentiles(Figures.sum(bare)));
		figures.put("addedMsP50", Figures.all(addedMedian));
		figures.put("addedMsP99", Figures.all(addedLate));
		lines.add(Figures.line("bare consumer", "%s", Figures.line(Figures.sum(bare))));
		lines.add(Figures.line("added latency", "p50 %.2f  p99 %.2f ms", Figures.median(addedMedian),
				Figures.median(addedLate)));
	}

	private static double median(List<UnicastLoad.Turn> turns, ToDoubleFunction<UnicastLoad.Turn> figure) {
		return Figures.median(turns.stream().map(figure::applyAsDouble).toList());
	}

}
