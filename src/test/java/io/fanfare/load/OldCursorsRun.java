package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.HdrHistogram.Histogram;

/// Sessions that all come back with cursors that are past the journal and inside Kafka's
/// retention: that each has everything or was told, and what others notice of it.
///
/// In pairs of a quiet time and one in which they come back.
final class OldCursorsRun implements Scenario.Run {

	/// For the gateway to read what was published, and to notice who is gone.
	private static final Duration SETTLE = Duration.ofSeconds(2);

	private final Bench bench;

	private final SessionRange users;

	private final SessionRange live;

	private final Published published;

	private final Waiting waiting;

	OldCursorsRun(Bench bench) {
		this.bench = bench;
		int sessions = bench.settings().sessions();
		this.users = new SessionRange(0, sessions);
		this.live = new SessionRange(sessions, bench.settings().allSessions());
		this.published = new Published(this.live.end());
		this.waiting = bench.waiting();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		Deliveries deliveries = this.bench.open(this.live.end(), this.published);
		List<Round> rounds = new ArrayList<>();
		try (Publisher steady = this.bench.publisher(this.published);
				Publisher others = this.bench.publisher(this.published)) {
			SteadyLoad load = SteadyLoad.start(steady, this.bench.settings().get(Option.RATE), this.live::turn);
			this.waiting.during("warming up", this.bench.settings().warmUp());
			boolean complete = true;
			while (complete && rounds.size() < this.bench.settings().get(Option.ROUNDS)) {
				boolean oldFirst = rounds.size() % 2 == 0;
				Return first = comeBack(oldFirst, deliveries, others);
				Return second = comeBack(!oldFirst, deliveries, others);
				rounds.add(oldFirst ? new Round(second, first) : new Round(first, second));
				complete = first.left == 0 && second.left == 0;
			}
			load.end(System.nanoTime());
		}
		Completion rest = this.bench.completion(deliveries, this.live, false);
		this.waiting.untilComplete("waiting for the rest", rest);
		return result(deliveries, rounds);
	}

	/// @param old whether the journal no longer has what the users miss
	private Return comeBack(boolean old, Deliveries deliveries, Publisher others)
			throws LoadException, InterruptedException {
		Receivers receivers = this.bench.receivers();
		receivers.cut(this.users);
		for (int i = 0; i < this.bench.settings().get(Option.MISSED); i++) {
			this.users.stream().forEach((session) -> others.toSession(session, System.nanoTime()));
		}
		if (old) {
			others.toNobody(this.bench.settings().get(Option.FILLER));
		}
		others.flush();
		this.waiting.during(old ? "filling the journal" : "leaving the journal as it is", SETTLE);
		Memory before = Memory.of(this.bench.target().pid());

		LatencyWindow quiet = deliveries.record(LatencyWindow.from(this.live, System.nanoTime()));
		this.waiting.during("quiet", this.bench.settings().duration());
		long start = System.nanoTime();
		quiet.end(start);
		LatencyWindow meanwhile = deliveries.record(LatencyWindow.from(this.live, start));
		Completion completion = this.bench.completion(deliveries, this.users, true);
		Usage.Start usageStart = this.bench.usage();
		Reconnection reconnection = receivers.reconnect(this.users, this.bench.settings().get(Option.IN_FLIGHT));
		this.waiting.untilNone("catching up", () -> completion.left() + reconnection.left(), completion::moves);
		meanwhile.end(System.nanoTime());
		Usage usage = usageStart.stop();
		long resident = ProcessFigures.residentBytes(this.bench.target().pid());
		Memory after = Memory.of(this.bench.target().pid());
		return new Return(quiet, meanwhile, receivers.onEventLoop(completion::times), completion.left(),
				reconnection.refusals(), usage, before, after, resident);
	}

	private Result result(Deliveries deliveries, List<Round> rounds) throws InterruptedException {
		Faults faults = this.bench.receivers().onEventLoop(deliveries::faults);
		Map<String, Long> gaps = this.bench.receivers().onEventLoop(deliveries::gapsByReason);
		double ratio = median(rounds, Round::ratio);
		double seconds = median(rounds, (round) -> round.old.times.getMaxValue() / 1e9);
		double growth = median(rounds, (round) -> (round.old.resident - round.old.before.resident()) / 1024.0 / 1024.0);
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("liveP99Ratio", Figures.rounded(ratio));
		figures.put("completeSeconds", Figures.rounded(seconds));
		figures.put("residentGrowthMb", Figures.rounded(growth));
		figures.put("rounds", rounds.stream().map((round) -> round.figures(this.users.size())).toList());
		figures.put("gapsByReason", gaps);
		figures.put("faults", faults);
		List<String> problems = new ArrayList<>();
		if (!faults.noneButTold()) {
			problems.add("records did not arrive once and in order: " + faults);
		}
		int left = rounds.getLast().left();
		if (left > 0) {
			problems.add("%,d sessions never were complete".formatted(left));
		}
		return new Result(figures,
				List.of(Figures.line("live p99, with/without", "%.2f of %s", ratio,
						rounds.stream().map((round) -> Figures.rounded(round.ratio())).toList()),
						Figures.line("live p99, with", "%.1f ms", median(rounds, (round) -> round.old.latency())),
						Figures.line("all complete", "%.2f s", seconds),
						Figures.line("resident memory", "%+.1f MB when the last was complete", growth),
						Figures.line("gaps told", "%s", gaps),
						Figures.line("records", "%,d published: %s",
								this.published.count(new SessionRange(0, this.live.end())), faults)),
				problems, charts(rounds));
	}

	private static List<Chart> charts(List<Round> rounds) {
		List<Histogram> quiet = rounds.stream().map((round) -> round.old.quiet.fromIntended()).toList();
		List<Histogram> recent = rounds.stream().map((round) -> round.recent.meanwhile.fromIntended()).toList();
		List<Histogram> old = rounds.stream().map((round) -> round.old.meanwhile.fromIntended()).toList();
		List<LineChart.Line> complete = new ArrayList<>();
		rounds.forEach((round) -> complete.add(LineChart.Line.of("round " + (complete.size() + 1), round.old.times)));
		return List.of(
				LineChart.percentiles("Latency of the live sessions",
						List.of(LineChart.Line.of("quiet", Figures.sum(quiet)),
								LineChart.Line.of("while the others come back, with recent cursors",
										Figures.sum(recent)),
								LineChart.Line.of("while the others come back, with old cursors", Figures.sum(old)))),
				LineChart.percentiles("Time until a session has everything", complete));
	}

	private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
		return Figures.median(rounds.stream().map(figure::applyAsDouble).toList());
	}

	/// Two returns.
	///
	/// @param recent with cursors from which on the journal has everything
	/// @param old with cursors from before the journal
	private record Round(Return recent, Return old) {

		double ratio() {
			return this.old.latency() / this.recent.latency();
		}

		int left() {
			return this.recent.left + this.old.left;
		}

		Map<String, Object> figures(int users) {
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("liveP99Ratio", Figures.rounded(ratio()));
			figures.put("recent", this.recent.figures(users));
			figures.put("old", this.old.figures(users));
			return figures;
		}

	}

	/// A quiet time and a return.
	///
	/// @param quiet what live sessions had in the quiet time
	/// @param meanwhile what they had while the others came back
	/// @param times when each of the others was complete, counted from the first
	/// reconnect
	/// @param left sessions that never were
	/// @param resident bytes resident when the last was complete
	private record Return(LatencyWindow quiet, LatencyWindow meanwhile, Histogram times, int left, int refusals,
			Usage usage, Memory before, Memory after, long resident) {

		/// Returns milliseconds.
		double latency() {
			return Figures.millis(this.meanwhile.fromIntended(), 99);
		}

		Map<String, Object> figures(int users) {
			Map<String, Object> figures = new LinkedHashMap<>();
			figures.put("completeMs", Figures.percentiles(this.times));
			figures.put("refusals", this.refusals);
			figures.put("quietMs", Figures.percentiles(this.quiet.fromIntended()));
			figures.put("liveMs", Figures.percentiles(this.meanwhile.fromIntended()));
			figures.put("cpuMicrosPerSession", Figures.rounded(this.usage.microsPer(users)));
			figures.put("cpuMicrosPerSessionByThread", this.usage.microsByThread(users));
			figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(this.usage.otherCores() * 100));
			figures.put("residentBytesBefore", this.before.resident());
			figures.put("residentBytesWhenComplete", this.resident);
			figures.put("keptPerSession", this.after.kilobytesSince(this.before, users));
			return figures;
		}

	}

}
