package io.fanfare.load;

import java.time.Duration;
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

	/// Load before each time that counts.
	private static final Duration LEAD_IN = Duration.ofSeconds(1);

	private final Bench bench;

	private final int rate;

	private final SessionRange sessions;

	private final Published published;

	private final Deliveries deliveries;

	private final Waiting waiting;

	private final Jvm jvm;

	UnicastRun(Bench bench) throws LoadException {
		this.bench = bench;
		this.rate = bench.settings().get(Option.RATE);
		this.sessions = new SessionRange(0, bench.settings().sessions());
		this.published = new Published(this.sessions.size());
		this.deliveries = bench.open(this.sessions.size(), this.published);
		this.waiting = bench.waiting();
		this.jvm = new Jvm(bench.target().pid());
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int pairs = this.bench.settings().get(Option.PAIRS);
		List<Gateway> gateway = new ArrayList<>();
		List<Double> floorMicros = new ArrayList<>();
		List<Histogram> bare = new ArrayList<>();
		List<Usage> floorUsages = new ArrayList<>();
		try (Publisher publisher = this.bench.publisher(this.published)) {
			gateway(publisher, "warming up", this.bench.settings().warmUp());
			if (pairs == 0) {
				gateway.add(gateway(publisher, "recording", this.bench.settings().duration()));
				return result(gateway, floorUsages, floorMicros, bare);
			}
			try (Floor floor = Floor.start(this.bench, this.bench.receivers().sample())) {
				floor.unicast(this.rate, seconds(this.bench.settings().warmUp()));
				for (int pair = 0; pair < pairs; pair++) {
					if (pair % 2 == 0) {
						gateway.add(gateway(publisher, "gateway", this.bench.settings().duration()));
					}
					this.bench.progress().update("raw Netty");
					Usage.Start start = Usage.start(floor.pid());
					long written = floor.unicast(this.rate, seconds(this.bench.settings().duration()));
					Usage usage = start.stop();
					floorUsages.add(usage);
					floorMicros.add(usage.microsPer(written));
					bare.add(bare());
					if (pair % 2 == 1) {
						gateway.add(gateway(publisher, "gateway", this.bench.settings().duration()));
					}
				}
			}
		}
		return result(gateway, floorUsages, floorMicros, bare);
	}

	private static int seconds(Duration duration) {
		return (int) Math.max(1, duration.toSeconds());
	}

	private Gateway gateway(Publisher publisher, String what, Duration duration)
			throws LoadException, InterruptedException {
		SteadyLoad load = SteadyLoad.start(publisher, this.rate, this.sessions::turn);
		long from = load.startAt() + LEAD_IN.toNanos();
		long until = from + duration.toNanos();
		LatencyWindow latency = this.deliveries.record(new LatencyWindow(this.sessions, from, until));
		this.waiting.until(what, from);
		long before = this.deliveries.received();
		Map<String, Long> allocatedBefore = this.jvm.allocatedByThread();
		Usage.Start start = this.bench.usage();
		this.waiting.until(what, until);
		Usage usage = start.stop();
		Map<String, Long> allocated = this.jvm.allocatedByThread();
		long received = this.deliveries.received() - before;
		allocated.replaceAll((thread, bytes) -> bytes - allocatedBefore.getOrDefault(thread, 0L));
		Duration late = load.end(until);
		long total = this.published.count(this.sessions);
		this.waiting.untilNone("waiting for the rest", () -> total - this.deliveries.received());
		return new Gateway(this.bench.receivers().onEventLoop(latency::fromIntended),
				this.bench.receivers().onEventLoop(latency::fromSent), usage, allocated, received, late);
	}

	private Histogram bare() throws LoadException, InterruptedException {
		try (BareConsumer consumer = new BareConsumer(this.bench.target());
				Publisher publisher = this.bench.publisher(BrokerMain.BARE_TOPIC,
						new Published(this.sessions.size()))) {
			SteadyLoad load = SteadyLoad.start(publisher, this.rate, this.sessions::turn);
			long from = load.startAt() + LEAD_IN.toNanos();
			long until = from + this.bench.settings().duration().toNanos();
			consumer.start(new LatencyWindow(this.sessions, from, until));
			this.waiting.until("bare consumer", until);
			load.end(until);
			this.waiting.during("bare consumer", LEAD_IN);
			return consumer.end();
		}
	}

	private Result result(List<Gateway> runs, List<Usage> floor, List<Double> floorMicros, List<Histogram> bare)
			throws InterruptedException {
		Faults faults = this.bench.receivers().onEventLoop(this.deliveries::faults);
		Histogram corrected = Figures.sum(runs.stream().map(Gateway::latency).toList());
		Histogram plain = Figures.sum(runs.stream().map(Gateway::fromSent).toList());
		double perSecond = median(runs, Gateway::perSecond);
		double micros = median(runs, Gateway::micros);
		double cores = median(runs, (run) -> run.usage.gatewayCores());
		double others = median(runs, (run) -> run.usage.otherCores());
		Map<String, Long> nanos = new TreeMap<>();
		runs.forEach((run) -> run.usage.gateway()
			.cpuNanosByThread()
			.forEach((thread, each) -> nanos.merge(thread, each, Long::sum)));
		Map<String, Double> byThread = Usage.micros(nanos, runs.stream().mapToLong(Gateway::received).sum());
		Map<String, Double> allocated = allocated(runs);
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("latencyMs", Figures.percentiles(corrected));
		figures.put("latencyMsFromActualSend", Figures.percentiles(plain));
		figures.put("sentLateMsMax",
				Figures.rounded(runs.stream().mapToLong((run) -> run.late.toNanos()).max().orElse(0) / 1e6));
		figures.put("deliveriesPerSecond", Figures.rounded(perSecond));
		figures.put("cpuMicrosPerDelivery", Figures.all(runs.stream().map(Gateway::micros).toList()));
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
		if (!floor.isEmpty()) {
			compare(runs, floorMicros, bare, figures, lines);
			latencies.add(LineChart.Line.of("bare consumer", Figures.sum(bare)));
			double median = Figures.median(floorMicros);
			bars.add(new BarChart.Bar("raw Netty", Map.of("raw Netty", median)));
		}
		lines.add(Figures.line("records", "%,d published: %s", this.published.count(this.sessions), faults));
		List<Chart> charts = List.of(LineChart.percentiles("Latency from the intended send time", latencies),
				new BarChart("CPU per delivery", "µs", bars));
		return new Result(figures, lines,
				faults.none() ? List.of() : List.of("records did not arrive once and in order: " + faults), charts);
	}

	/// Returns bytes for each delivery, the largest first.
	private static Map<String, Double> allocated(List<Gateway> runs) {
		Map<String, Long> bytes = new TreeMap<>();
		runs.forEach((run) -> run.allocated.forEach((thread, each) -> bytes.merge(thread, each, Long::sum)));
		return Usage.each(bytes, (double) runs.stream().mapToLong(Gateway::received).sum());
	}

	private static void compare(List<Gateway> runs, List<Double> floorMicros, List<Histogram> bare,
			Map<String, Object> figures, List<String> lines) {
		List<Double> ratios = new ArrayList<>();
		List<Double> addedMedian = new ArrayList<>();
		List<Double> addedLate = new ArrayList<>();
		for (int i = 0; i < runs.size(); i++) {
			ratios.add(runs.get(i).micros() / floorMicros.get(i));
			addedMedian.add(Figures.millis(runs.get(i).latency, 50) - Figures.millis(bare.get(i), 50));
			addedLate.add(Figures.millis(runs.get(i).latency, 99) - Figures.millis(bare.get(i), 99));
		}
		figures.put("floorCpuMicrosPerDelivery", Figures.all(floorMicros));
		figures.put("cpuRatioToFloor", Figures.all(ratios));
		figures.put("bareConsumerMs", Figures.percentiles(Figures.sum(bare)));
		figures.put("addedMsP50", Figures.all(addedMedian));
		figures.put("addedMsP99", Figures.all(addedLate));
		lines.add(Figures.line("raw Netty, CPU", "%.2f µs; ratio %.2f of %s", Figures.median(floorMicros),
				Figures.median(ratios), ratios.stream().map(Figures::rounded).toList()));
		lines.add(Figures.line("bare consumer", "%s", Figures.line(Figures.sum(bare))));
		lines.add(Figures.line("added latency", "p50 %.2f  p99 %.2f ms", Figures.median(addedMedian),
				Figures.median(addedLate)));
	}

	private static double median(List<Gateway> runs, ToDoubleFunction<Gateway> figure) {
		return Figures.median(runs.stream().map(figure::applyAsDouble).toList());
	}

	/// The gateway, once.
	///
	/// @param allocated bytes that its threads allocated in the time of `usage`
	/// @param received how many came in that time
	/// @param late how late a record was sent at most
	private record Gateway(Histogram latency, Histogram fromSent, Usage usage, Map<String, Long> allocated,
			long received, Duration late) {

		double micros() {
			return this.usage.microsPer(this.received);
		}

		double perSecond() {
			return this.received * 1e9 / this.usage.elapsedNanos();
		}

	}

}
