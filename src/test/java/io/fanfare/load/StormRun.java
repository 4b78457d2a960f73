package io.fanfare.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/// Sessions that are all cut at once, miss records, and all come back with their newest cursor:
/// when each has caught up, that nothing is lost, and what others notice of it.
final class StormRun implements Scenario.Run {

	private final Bench bench;

	private final SessionRange storm;

	private final SessionRange live;

	private final Published published;

	private final Waiting waiting;

	StormRun(Bench bench) {
		this.bench = bench;
		int sessions = bench.settings().sessions();
		this.storm = new SessionRange(0, sessions);
		this.live = new SessionRange(sessions, bench.settings().allSessions());
		this.published = new Published(this.live.end());
		this.waiting = bench.waiting();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		// Elsewhere they would not wait for what this tool does for the others.
		this.bench.receivers().apart(this.live);
		Deliveries deliveries = this.bench.open(this.live.end(), this.published);
		List<Round> rounds = new ArrayList<>();
		try (Publisher steady = this.bench.publisher(this.published);
				Publisher others = this.bench.publisher(this.published)) {
			SteadyLoad load = SteadyLoad.start(steady, this.bench.settings().get(Option.RATE), this.live::turn);
			this.waiting.during("warming up", this.bench.settings().warmUp());
			boolean complete = true;
			while (complete && rounds.size() < this.bench.settings().get(Option.ROUNDS)) {
				Round round = round(deliveries, others);
				rounds.add(round);
				complete = round.left == 0;
			}
			load.end(System.nanoTime());
		}
		Completion rest = this.bench.completion(deliveries, this.live, false);
		this.waiting.untilComplete("waiting for the rest", rest);
		return result(deliveries, rounds);
	}

	private Round round(Deliveries deliveries, Publisher others) throws LoadException, InterruptedException {
		// A last record on the old connections, so that cursors are of what was received.
		toEach(others, 1);
		Completion before = this.bench.completion(deliveries, this.storm, false);
		this.waiting.untilComplete("before the storm", before);

		LatencyWindow away = deliveries.record(LatencyWindow.from(this.live, System.nanoTime()));
		this.bench.receivers().cut(this.storm);
		toEach(others, this.bench.settings().get(Option.MISSED));
		away.end(System.nanoTime());

		long start = System.nanoTime();
		LatencyWindow meanwhile = deliveries.record(LatencyWindow.from(this.live, start));
		Completion completion = this.bench.completion(deliveries, this.storm, true);
		Usage.Start usage = this.bench.usage();
		Reconnection reconnection = this.bench.receivers()
			.reconnect(this.storm, this.bench.settings().get(Option.IN_FLIGHT));
		this.waiting.untilNone("catching up", () -> completion.left() + reconnection.left(), completion::moves);
		meanwhile.end(System.nanoTime());
		return new Round(away, meanwhile, completion, completion.left(), reconnection.lastAt() - start,
				reconnection.refusals(), usage.stop());
	}

	private void toEach(Publisher others, int records) throws LoadException {
		double interval = 1e9 / this.bench.settings().get(Option.MISSED_RATE);
		long start = System.nanoTime();
		for (long i = 0; i < (long) records * this.storm.size(); i++) {
			long dueAt = start + (long) (i * interval);
			while (System.nanoTime() - dueAt < 0) {
				LockSupport.parkNanos(dueAt - System.nanoTime());
			}
			others.toSession(this.storm.turn(i), dueAt);
		}
		others.flush();
	}

	private Result result(Deliveries deliveries, List<Round> rounds) throws InterruptedException {
		int sessions = this.storm.size();
		return this.bench.receivers().onEventLoop(() -> {
			Faults faults = deliveries.faults();
			List<Map<String, Object>> byRound = rounds.stream().map((round) -> round.figures(sessions)).toList();
			double back = median(rounds, (round) -> round.backNanos / 1e9);
			double caughtUp = median(rounds, Round::caughtUpSeconds);
			double livePercentile = median(rounds, (round) -> Figures.millis(round.meanwhile.fromIntended(), 99));
			double micros = median(rounds, (round) -> round.usage.microsPer(sessions));
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("backSeconds", Figures.rounded(back));
			figures.put("caughtUpSeconds", Figures.rounded(caughtUp));
			figures.put("liveMsP99", Figures.rounded(livePercentile));
			figures.put("cpuMicrosPerSession", Figures.rounded(micros));
			figures.put("rounds", byRound);
			figures.put("gapsByReason", deliveries.gapsByReason());
			figures.put("faults", faults);
			List<String> problems = new ArrayList<>();
			if (!faults.none()) {
				problems.add("records did not arrive once and in order: " + faults);
			}
			int left = rounds.getLast().left;
			if (left > 0) {
				problems.add("%,d sessions never caught up".formatted(left));
			}
			return new Result(figures, List.of(
					Figures.line("all are back", "%.2f s %s", back, each(rounds, (round) -> round.backNanos / 1e9)),
					Figures.line("all have caught up", "%.2f s %s", caughtUp, each(rounds, Round::caughtUpSeconds)),
					Figures.line("live sessions, p99", "%.1f ms %s", livePercentile,
							each(rounds, (round) -> Figures.millis(round.meanwhile.fromIntended(), 99))),
					Figures.line("CPU per session", "%.0f µs", micros),
					Figures.line("records", "%,d published: %s",
							this.published.count(new SessionRange(0, this.live.end())), faults)),
					problems, charts(rounds));
		});
	}

	private static List<Chart> charts(List<Round> rounds) {
		List<LineChart.Line> caughtUp = new ArrayList<>();
		List<LineChart.Line> live = new ArrayList<>();
		List<LineChart.Line> longest = new ArrayList<>();
		for (Round round : rounds) {
			String name = "storm " + (caughtUp.size() + 1);
			caughtUp.add(LineChart.Line.of(name, round.completion.times()));
			live.add(LineChart.Line.of(name, round.meanwhile.fromIntended()));
			longest.add(new LineChart.Line(name, round.meanwhile.longest()));
		}
		return List.of(LineChart.percentiles("Time until a session has caught up", caughtUp),
				LineChart.percentiles("Latency of the live sessions meanwhile", live),
				new LineChart("Longest latency of the live sessions in each quarter of a second",
						"s since the first reconnect", Scale.LINEAR, "ms", Scale.LOG, longest));
	}

	private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
		return Figures.median(rounds.stream().map(figure::applyAsDouble).toList());
	}

	private static List<Double> each(List<Round> rounds, ToDoubleFunction<Round> figure) {
		return rounds.stream().map((round) -> Figures.rounded(figure.applyAsDouble(round))).toList();
	}

	/// One storm.
	///
	/// @param away what live sessions had while the records were published that the
	/// others
	/// missed
	/// @param meanwhile what live sessions had while the others came back
	/// @param completion when each was caught up, counted from the first reconnect
	/// @param left sessions that never were
	/// @param backNanos until the last was ready, counted from the first reconnect
	/// @param refusals how often a session was refused or found no connection
	private record Round(LatencyWindow away, LatencyWindow meanwhile, Completion completion, int left, long backNanos,
			int refusals, Usage usage) {

		double caughtUpSeconds() {
			return this.completion.times().getMaxValue() / 1e9;
		}

		Map<String, Object> figures(int sessions) {
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("backSeconds", Figures.rounded(this.backNanos / 1e9));
			figures.put("caughtUpMs", Figures.percentiles(this.completion.times()));
			figures.put("refusals", this.refusals);
			figures.put("liveMs", Figures.percentiles(this.meanwhile.fromIntended()));
			figures.put("liveMsWhilePublishing", Figures.percentiles(this.away.fromIntended()));
			figures.put("cpuMicrosPerSession", Figures.rounded(this.usage.microsPer(sessions)));
			figures.put("cpuMicrosPerSessionByThread", this.usage.microsByThread(sessions));
			figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(this.usage.otherCores() * 100));
			return figures;
		}

	}

}
