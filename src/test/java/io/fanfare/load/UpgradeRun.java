package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Sessions that come and go: what an upgrade costs the gateway, up to `ready`, with a token
/// that it has to verify and with one that it has verified before.
final class UpgradeRun implements Scenario.Run {

	/// Until the code is compiled, but no more than three times those that are counted.
	private static final int MAX_WARM_UP_ROUNDS = 12;

	private static final Duration SETTLE = Duration.ofSeconds(2);

	private final Bench bench;

	private final Published published;

	UpgradeRun(Bench bench) {
		this.bench = bench;
		this.published = new Published(bench.settings().sessions());
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int sessions = this.bench.settings().sessions();
		Kind fresh = new Kind("new token");
		Kind known = new Kind("known token");
		int rounds = this.bench.settings().get(Option.ROUNDS);
		for (int i = 0; i < Math.min(3 * rounds, MAX_WARM_UP_ROUNDS); i++) {
			List<String> tokens = tokens();
			open(tokens);
			open(tokens);
		}
		for (int i = 0; i < rounds; i++) {
			List<String> tokens = tokens();
			fresh.add(open(tokens), sessions);
			known.add(open(tokens), sessions);
		}
		Map<String, Object> figures = new LinkedHashMap<>();
		List<String> lines = new ArrayList<>();
		List<BarChart.Bar> bars = new ArrayList<>();
		for (Kind kind : List.of(fresh, known)) {
			double median = Figures.median(kind.micros);
			Map<String, Double> byThread = Usage.micros(kind.nanos, (long) sessions * kind.micros.size());
			figures.put(kind.name.replace(" t", "T"),
					Map.of("cpuMicrosPerUpgrade", Figures.all(kind.micros), "cpuMicrosPerUpgradeByThread", byThread));
			lines.add(Figures.line("CPU, " + kind.name, "%.0f µs of %s", median,
					kind.micros.stream().map(Math::round).toList()));
			lines.add(Figures.line("by thread, µs", "%s", byThread));
			bars.add(new BarChart.Bar(kind.name, Figures.few(byThread, median)));
		}
		return new Result(figures, lines, List.of(), List.of(new BarChart("CPU per upgrade", "µs", bars)));
	}

	/// Returns tokens that the gateway has not seen.
	private List<String> tokens() {
		return Tokens.mint(this.bench.target().issuer(), this.bench.settings().sessions(), this.bench.progress());
	}

	private Usage open(List<String> tokens) throws LoadException, InterruptedException {
		Usage.Start start = this.bench.usage();
		this.bench.open(tokens, this.published);
		Usage usage = start.stop();
		this.bench.receivers().closeAll();
		Thread.sleep(SETTLE);
		return usage;
	}

	/// One kind of upgrade.
	private static final class Kind {

		private final String name;

		private final List<Double> micros = new ArrayList<>();

		private final Map<String, Long> nanos = new TreeMap<>();

		Kind(String name) {
			this.name = name;
		}

		void add(Usage usage, int upgrades) {
			this.micros.add(usage.microsPer(upgrades));
			usage.gateway().cpuNanosByThread().forEach((thread, each) -> this.nanos.merge(thread, each, Long::sum));
		}

	}

}
