package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Gateways that start one after the other, each with the same records to read before it is
/// ready: the time from the start of the process until it says so.
final class StartRun implements Scenario.Run {

	private static final Duration LINGER = Duration.ofMillis(5);

	private final Bench bench;

	StartRun(Bench bench) {
		this.bench = bench;
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int records = this.bench.settings().get(Option.RECORDS);
		try (Publisher publisher = this.bench.publisher(new Published(1), LINGER)) {
			publisher.toNobody(records);
			publisher.flush();
		}
		List<Double> seconds = new ArrayList<>();
		for (int i = 0; i < this.bench.settings().get(Option.ROUNDS); i++) {
			seconds
				.add(Testbed.startAnother(this.bench.settings(), this.bench.target(), this.bench.progress()).toMillis()
						/ 1e3);
		}
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("secondsToReady", Figures.all(seconds));
		return new Result(figures, List.of(Figures.line("ready after", "%.2f s of %s, with %,d records to read",
				Figures.median(seconds), seconds, records)), List.of(), List.of());
	}

}
