package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// Records for one session each, at a rate that grows step by step until the gateway does not
/// follow: how latency and processor time grow with it, and where it ends.
final class SweepRun implements Scenario.Run {

	private static final Duration LEAD_IN = Duration.ofSeconds(2);

	/// A step counts as followed while at least that share of its records comes in its
	/// time.
	private static final double FOLLOWED = 0.97;

	/// A producer that is later than that is what the step measures.
	private static final Duration LATE = Duration.ofMillis(250);

	private final Bench bench;

	private final SessionRange sessions;

	private final Published published;

	private final Deliveries deliveries;

	private final Waiting waiting;

	SweepRun(Bench bench) throws LoadException {
		this.bench = bench;
		this.sessions = new SessionRange(0, bench.settings().sessions());
		this.published = new Published(this.sessions.size());
		this.deliveries = bench.open(this.sessions.size(), this.published);
		this.waiting = bench.waiting();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int increment = this.bench.settings().get(Option.RATE);
		List<Step> steps = new ArrayList<>();
		try (Publisher publisher = this.bench.publisher(this.published)) {
			step(publisher, increment, this.bench.settings().warmUp());
			for (int i = 1; i <= this.bench.settings().get(Option.ROUNDS); i++) {
				Step step = step(publisher, increment * i, this.bench.settings().duration());
				steps.add(step);
				if (!step.followed()) {
					break;
				}
			}
		}
		return result(steps);
	}

	private Step step(Publisher publisher, int rate, Duration duration) throws LoadException, InterruptedException {
		SteadyLoad load = SteadyLoad.start(publisher, rate, this.sessions::turn);
		long from = load.startAt() + LEAD_IN.toNanos();
		long until = from + duration.toNanos();
		String what = "%,d records in a second".formatted(rate);
		LatencyWindow latency = this.deliveries.record(new LatencyWindow(this.sessions, from, until));
		this.waiting.until(what, from);
		long before = this.deliveries.received();
		Usage.Start start = this.bench.usage();
		this.waiting.until(what, until);
		Usage usage = start.stop();
		long received = this.deliveries.received() - before;
		Duration late = load.end(until);
		long total = this.published.count(this.sessions);
		this.waiting.untilNone("waiting for the rest", () -> total - this.deliveries.received());
		return new Step(rate, this.bench.receivers().onEventLoop(latency::fromIntended), usage, received, late);
	}

	private Result result(List<Step> steps) throws InterruptedException {
		Faults faults = this.bench.receivers().onEventLoop(this.deliveries::faults);
		Step end = steps.getLast();
		double most = steps.stream().filter(Step::followed).mapToDouble(Step::perSecond).max().orElse(0);
		String limit = end.followed() ? "no limit reached"
				: (end.late.compareTo(LATE) > 0) ? "the producer was late" : "the gateway did not follow";
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("deliveriesPerSecondFollowed", Figures.rounded(most));
		figures.put("limit", limit);
		figures.put("steps", steps.stream().map(Step::figures).toList());
		figures.put("faults", faults);
		List<String> lines = new ArrayList<>();
		steps.forEach((step) -> lines.add(Figures.line("%,d per second".formatted(step.rate),
				"%,.0f delivered, p50 %.2f  p99 %.2f ms, %.2f µs each, %.0f %% of one core", step.perSecond(),
				Figures.millis(step.latency, 50), Figures.millis(step.latency, 99), step.usage.microsPer(step.received),
				step.usage.gatewayCores() * 100)));
		lines.add(Figures.line("end", "%s", limit));
		lines.add(Figures.line("records", "%,d published: %s", this.published.count(this.sessions), faults));
		return new Result(figures, lines,
				faults.none() ? List.of() : List.of("records did not arrive once and in order: " + faults),
				charts(steps));
	}

	private static List<Chart> charts(List<Step> steps) {
		List<LineChart.Point> median = new ArrayList<>();
		List<LineChart.Point> late = new ArrayList<>();
		List<LineChart.Point> micros = new ArrayList<>();
		for (Step step : steps) {
			median.add(new LineChart.Point(step.rate, Figures.millis(step.latency, 50)));
			late.add(new LineChart.Point(step.rate, Figures.millis(step.latency, 99)));
			micros.add(new LineChart.Point(step.rate, step.usage.microsPer(step.received)));
		}
		return List.of(
				new LineChart("Latency by rate", "records in a second", Scale.LINEAR, "ms", Scale.LOG,
						List.of(new LineChart.Line("p50", median), new LineChart.Line("p99", late))),
				new LineChart("CPU per delivery by rate", "records in a second", Scale.LINEAR, "µs", Scale.LINEAR,
						List.of(new LineChart.Line("gateway", micros))));
	}

	/// One rate.
	///
	/// @param received how many came in the time of `usage`
	/// @param late how late a record was sent at most
	private record Step(int rate, Histogram latency, Usage usage, long received, Duration late) {

		double perSecond() {
			return this.received * 1e9 / this.usage.elapsedNanos();
		}

		boolean followed() {
			return perSecond() >= this.rate * FOLLOWED;
		}

		Map<String, Object> figures() {
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("recordsPerSecond", this.rate);
			figures.put("deliveriesPerSecond", Figures.rounded(perSecond()));
			figures.put("followed", followed());
			figures.put("latencyMs", Figures.percentiles(this.latency));
			figures.put("sentLateMsMax", Figures.rounded(this.late.toNanos() / 1e6));
			figures.put("cpuMicrosPerDelivery", Figures.rounded(this.usage.microsPer(this.received)));
			figures.put("cpuMicrosPerDeliveryByThread", this.usage.microsByThread(this.received));
			figures.put("cpuPercentOfOneCore", Figures.rounded(this.usage.gatewayCores() * 100));
			figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(this.usage.otherCores() * 100));
			return figures;
		}

	}

}
