package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// A day in little: records for one session each at a steady rate, now and then one for
/// everyone, and sessions that are cut and come back with their cursors all the time.
final class MixedRun implements Scenario.Run {

	private static final int CHURN_SHARE = 10;

	private static final Duration AWAY = Duration.ofMillis(500);

	private static final Duration SETTLE = Duration.ofSeconds(2);

	private final Bench bench;

	private final SessionRange all;

	/// Sessions that stay, whose latency counts.
	private final SessionRange steady;

	/// Sessions that come and go.
	private final SessionRange churning;

	private final Published published;

	private final Waiting waiting;

	MixedRun(Bench bench) {
		this.bench = bench;
		int sessions = bench.settings().sessions();
		this.all = new SessionRange(0, sessions);
		this.steady = new SessionRange(0, sessions - Math.max(1, sessions / CHURN_SHARE));
		this.churning = new SessionRange(this.steady.end(), sessions);
		this.published = new Published(sessions);
		this.waiting = bench.waiting();
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		Deliveries deliveries = this.bench.open(this.all.size(), this.published);
		try (Publisher publisher = this.bench.publisher(this.published);
				Publisher announcer = this.bench.publisher(this.published)) {
			SteadyLoad load = SteadyLoad.start(publisher, this.bench.settings().get(Option.RATE), this.all::turn);
			churn(announcer, this.bench.settings().warmUp());
			LatencyWindow own = deliveries.record(LatencyWindow.from(this.steady, System.nanoTime()));
			LatencyWindow toEveryone = deliveries.record(LatencyWindow.toEveryone(this.steady, System.nanoTime()));
			long before = deliveries.received();
			Usage.Start start = this.bench.usage();
			int returned = churn(announcer, this.bench.settings().duration());
			Usage usage = start.stop();
			long received = deliveries.received() - before;
			own.end(System.nanoTime());
			toEveryone.end(System.nanoTime());
			load.end(System.nanoTime());
			announcer.flush();
			Completion rest = this.bench.completion(deliveries, this.all, false);
			this.waiting.untilComplete("waiting for the rest", rest);
			// What is for everyone is not looked at by that.
			this.waiting.during("waiting for the rest", SETTLE);
			return result(deliveries, own, toEveryone, usage, received, returned);
		}
	}

	/// Has sessions come and go, and everyone told something, for that long.
	/// @return how many came back
	private int churn(Publisher announcer, Duration time) throws LoadException, InterruptedException {
		int perSecond = Math.min(this.bench.settings().get(Option.CHURN), this.churning.size());
		long interval = Duration.ofMinutes(1).toNanos() / this.bench.settings().get(Option.ANNOUNCEMENTS);
		long end = System.nanoTime() + time.toNanos();
		long nextAnnouncement = System.nanoTime();
		int returned = 0;
		while (System.nanoTime() - end < 0) {
			long second = System.nanoTime() + Duration.ofSeconds(1).toNanos();
			int first = this.churning.first() + returned % (this.churning.size() - perSecond + 1);
			SessionRange some = new SessionRange(first, first + perSecond);
			this.bench.receivers().cut(some);
			if (System.nanoTime() - nextAnnouncement >= 0) {
				announcer.toEveryone();
				nextAnnouncement += interval;
			}
			this.waiting.during("mixed", AWAY);
			Reconnection reconnection = this.bench.receivers().reconnect(some, perSecond);
			this.waiting.untilNone("coming back", reconnection::left);
			returned += perSecond;
			this.waiting.until("mixed", second);
		}
		return returned;
	}

	private Result result(Deliveries deliveries, LatencyWindow own, LatencyWindow toEveryone, Usage usage,
			long received, int returned) throws InterruptedException {
		Receivers receivers = this.bench.receivers();
		Faults faults = receivers.onEventLoop(deliveries::faults);
		Map<String, Long> gaps = receivers.onEventLoop(deliveries::gapsByReason);
		Histogram ownLatency = receivers.onEventLoop(own::fromIntended);
		Histogram everyoneLatency = receivers.onEventLoop(toEveryone::fromIntended);
		double micros = usage.microsPer(received);
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("latencyMs", Figures.percentiles(ownLatency));
		figures.put("latencyMsToEveryone", Figures.percentiles(everyoneLatency));
		figures.put("returned", returned);
		figures.put("deliveriesPerSecond", Figures.rounded(received * 1e9 / usage.elapsedNanos()));
		figures.put("cpuMicrosPerDelivery", Figures.rounded(micros));
		figures.put("cpuMicrosPerDeliveryByThread", usage.microsByThread(received));
		figures.put("cpuPercentOfOneCore", Figures.rounded(usage.gatewayCores() * 100));
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(usage.otherCores() * 100));
		figures.put("gapsByReason", gaps);
		figures.put("faults", faults);
		List<String> problems = new ArrayList<>();
		if (!faults.none()) {
			problems.add("records did not arrive once and in order: " + faults);
		}
		return new Result(
				figures, List
					.of(Figures.line("latency, for one", "%s", Figures.line(ownLatency)),
							Figures.line("latency, for everyone", "%s", Figures.line(everyoneLatency)),
							Figures.line("came back", "%,d sessions", returned),
							Figures.line("CPU per delivery", "%.2f µs, %.1f %% of one core (other processes: %.0f %%)",
									micros, usage.gatewayCores() * 100, usage.otherCores() * 100),
							Figures.line("records", "%,d published: %s",
									this.published.count(this.all) + this.published.countForEveryone(), faults)),
				problems, List.of(
						LineChart.percentiles("Latency from the intended send time",
								List.of(LineChart.Line.of("for one session", ownLatency),
										LineChart.Line.of("for everyone", everyoneLatency))),
						new BarChart("CPU per delivery", "µs", List
							.of(new BarChart.Bar("gateway", Figures.few(usage.microsByThread(received), micros))))));
	}

}
