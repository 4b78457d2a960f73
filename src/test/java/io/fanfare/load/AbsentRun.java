package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Records for users who are not here, as fast as a producer can: what reading them costs.
///
/// A round ends when every session has had a record of its own, published behind the others and
/// in all partitions; those few are counted as if they were for nobody.
final class AbsentRun implements Scenario.Run {

	/// Until the code is compiled, but no more than twice those that are counted.
	private static final int MAX_WARM_UP_ROUNDS = 10;

	private static final Duration LINGER = Duration.ofMillis(5);

	private final Bench bench;

	private final SessionRange sessions;

	private final Published published;

	private final Deliveries deliveries;

	AbsentRun(Bench bench) throws LoadException {
		this.bench = bench;
		this.sessions = new SessionRange(0, bench.settings().sessions());
		this.published = new Published(this.sessions.size());
		this.deliveries = bench.open(this.sessions.size(), this.published);
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		List<Double> micros = new ArrayList<>();
		List<Double> rates = new ArrayList<>();
		Map<String, Long> nanos = new TreeMap<>();
		int records = this.bench.settings().get(Option.RECORDS);
		double others = 0;
		try (Publisher publisher = this.bench.publisher(this.published, LINGER)) {
			int rounds = this.bench.settings().get(Option.ROUNDS);
			for (int i = 0; i < Math.min(2 * rounds, MAX_WARM_UP_ROUNDS); i++) {
				var _ = round(publisher, "warming up", records);
			}
			for (int i = 1; i <= rounds; i++) {
				Usage usage = round(publisher, "round " + i, records);
				micros.add(usage.microsPer(records));
				rates.add(records * 1e9 / usage.elapsedNanos());
				usage.gateway().cpuNanosByThread().forEach((thread, each) -> nanos.merge(thread, each, Long::sum));
				others = Math.max(others, usage.otherCores());
			}
		}
		Faults faults = this.bench.receivers().onEventLoop(this.deliveries::faults);
		Map<String, Double> byThread = Usage.micros(nanos, (long) records * micros.size());
		double median = Figures.median(micros);
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("cpuMicrosPerRecord", Figures.all(micros));
		figures.put("recordsPerSecondAndCore", Figures.rounded(1e6 / median));
		figures.put("recordsPerSecond", Figures.all(rates));
		figures.put("cpuMicrosPerRecordByThread", byThread);
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(others * 100));
		figures.put("faults", faults);
		return new Result(figures,
				List.of(Figures
					.line("CPU per record", "%.2f µs: %,.0f records per second and core", median, 1e6 / median),
						Figures.line("by thread, µs", "%s", byThread),
						Figures.line("read", "%,.0f records per second (other processes: %.0f %% of one core)",
								Figures.median(rates), others * 100),
						Figures.line("own records", "%s", faults)),
				faults.none() ? List.of() : List.of("records did not arrive once and in order: " + faults),
				List.of(new BarChart("CPU per record for nobody here", "µs",
						List.of(new BarChart.Bar("gateway", Figures.few(byThread, median))))));
	}

	private Usage round(Publisher publisher, String what, int records) throws LoadException, InterruptedException {
		this.bench.progress().update("%s: publishing %,d records", what, records);
		Usage.Start start = this.bench.usage();
		publisher.toNobody(records);
		this.sessions.stream().forEach((session) -> publisher.toSession(session, System.nanoTime()));
		publisher.flush();
		long total = this.published.count(this.sessions);
		this.bench.waiting().untilNone(what, () -> total - this.deliveries.received());
		return start.stop();
	}

}
