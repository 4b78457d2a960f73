package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

/// One record to every session, again and again: when the first and the last have it. In turn
/// with raw Netty, which writes the same frame to as many connections, and with other servers.
final class BroadcastRun implements Scenario.Run {

	private static final int WARM_UP_ROUNDS = 10;

	private static final Duration PAUSE = Duration.ofMillis(250);

	/// Enough for a burst to be one batch of the producer.
	private static final Duration BURST_LINGER = Duration.ofMillis(20);

	private final Bench bench;

	private final SessionRange sessions;

	/// Records of one round.
	private final int burst;

	private final Published published;

	private final Deliveries deliveries;

	private final Histogram last = new Histogram(3);

	private final List<Double> lastMillis = new ArrayList<>();

	/// Processor time of the gateway's threads, the pauses between rounds left out.
	private final Map<String, Long> nanosByThread = new TreeMap<>();

	private final List<PeerBench> peers = new ArrayList<>();

	/// Microseconds for each delivery, by peer, one for each pair.
	private final Map<String, List<Double>> peerMicros = new LinkedHashMap<>();

	BroadcastRun(Bench bench) throws LoadException {
		this.bench = bench;
		this.sessions = new SessionRange(0, bench.settings().sessions());
		this.burst = bench.settings().get(Option.BURST);
		this.published = new Published(this.sessions.size());
		this.deliveries = bench.open(this.sessions.size(), this.published);
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int pairs = this.bench.settings().get(Option.PAIRS);
		int rounds = this.bench.settings().get(Option.ROUNDS);
		Duration linger = (this.burst > 1) ? BURST_LINGER : Duration.ZERO;
		try (Publisher publisher = this.bench.publisher(this.published, linger)) {
			gateway(publisher, WARM_UP_ROUNDS);
			this.last.reset();
			this.lastMillis.clear();
			this.nanosByThread.clear();
			LatencyWindow latency = this.deliveries.record(LatencyWindow.toEveryone(this.sessions, System.nanoTime()));
			Usage.Start start = this.bench.usage();
			if (pairs == 0) {
				return result(latency, Pairs.alone(() -> gateway(publisher, rounds)), start.stop());
			}
			byte[] frame = this.bench.receivers().sample();
			try (Floor raw = Floor.start(this.bench, this.sessions.size(), frame)) {
				floor(raw, WARM_UP_ROUNDS);
				startPeers(Receiver.payload(frame));
				Pairs measured = Pairs.measure(pairs, () -> gateway(publisher, rounds), () -> {
					double micros = floor(raw, rounds);
					for (PeerBench peer : this.peers) {
						this.peerMicros.computeIfAbsent(peer.name(), (name) -> new ArrayList<>())
							.add(peer(peer, rounds));
					}
					return micros;
				});
				return result(latency, measured, start.stop());
			}
			finally {
				this.peers.forEach(PeerBench::close);
			}
		}
	}

	/// Publishes to everyone.
	/// @return microseconds of processor time for each delivery, the pauses left out
	private double gateway(Publisher publisher, int rounds) throws LoadException, InterruptedException {
		Waiting waiting = this.bench.waiting();
		long nanos = 0;
		for (int round = 0; round < rounds; round++) {
			ProcessFigures before = ProcessFigures.of(this.bench.target().pid());
			long at = publisher.toEveryone();
			for (int i = 1; i < this.burst; i++) {
				publisher.toEveryone();
			}
			long expected = (long) this.published.countForEveryone() * this.sessions.size();
			if (!waiting.untilNone("round %d of %d".formatted(round + 1, rounds),
					() -> expected - this.deliveries.received())) {
				break;
			}
			ProcessFigures used = ProcessFigures.of(this.bench.target().pid()).since(before);
			nanos += used.threadNanos();
			used.cpuNanosByThread().forEach((thread, each) -> this.nanosByThread.merge(thread, each, Long::sum));
			long took = this.deliveries.lastAt() - at;
			this.last.recordValue(took);
			this.lastMillis.add(Figures.rounded(took / 1e6));
			publisher.flush();
			Thread.sleep(PAUSE);
		}
		return nanos / 1e3 / rounds / this.burst / this.sessions.size();
	}

	private double floor(Floor floor, int rounds) throws LoadException, InterruptedException {
		long nanos = 0;
		long written = 0;
		for (int round = 0; round < rounds; round++) {
			this.bench.progress().update("raw Netty: round %d of %d", round + 1, rounds);
			ProcessFigures before = ProcessFigures.of(floor.pid());
			written += floor.broadcast(this.burst);
			nanos += ProcessFigures.of(floor.pid()).since(before).threadNanos();
			Thread.sleep(PAUSE);
		}
		return nanos / 1e3 / written;
	}

	private void startPeers(byte[] text) throws LoadException, InterruptedException {
		for (String name : this.bench.settings().peers()) {
			PeerBench peer = PeerBench.start(this.bench, name, this.sessions.size(), text);
			this.peers.add(peer);
			peer(peer, WARM_UP_ROUNDS);
		}
	}

	private double peer(PeerBench peer, int rounds) throws LoadException, InterruptedException {
		long nanos = 0;
		for (int round = 0; round < rounds; round++) {
			this.bench.progress().update("%s: round %d of %d", peer.name(), round + 1, rounds);
			nanos += peer.broadcast(this.burst);
			Thread.sleep(PAUSE);
		}
		return nanos / 1e3 / rounds / this.burst / this.sessions.size();
	}

	private Result result(LatencyWindow window, Pairs pairs, Usage usage) throws InterruptedException {
		Faults faults = this.bench.receivers().onEventLoop(this.deliveries::faults);
		Histogram latency = this.bench.receivers().onEventLoop(window::fromSent);
		Map<String, Double> byThread = Usage.micros(this.nanosByThread, latency.getTotalCount());
		double micros = pairs.serverMicros();
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("lastMs", Figures.percentiles(this.last));
		figures.put("lastMsByRound", this.lastMillis);
		figures.put("deliveryMs", Figures.percentiles(latency));
		figures.put("cpuMicrosPerDelivery", Figures.all(pairs.server()));
		figures.put("cpuMicrosPerDeliveryByThread", byThread);
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(usage.otherCores() * 100));
		figures.put("faults", faults);
		List<String> lines = new ArrayList<>(List.of(Figures.line("last session has it", "%s", Figures.line(this.last)),
				Figures.line("any session has it", "%s", Figures.line(latency)), Figures.line("CPU per delivery",
						"%.2f µs (other processes: %.0f %% of one core)", micros, usage.otherCores() * 100)));
		List<BarChart.Bar> bars = new ArrayList<>(List.of(new BarChart.Bar("gateway", Figures.few(byThread, micros))));
		if (!pairs.floor().isEmpty()) {
			pairs.compare(figures, lines);
			bars.add(new BarChart.Bar("raw Netty", Map.of("raw Netty", pairs.floorMicros())));
			Map<String, Object> peerFigures = new LinkedHashMap<>();
			this.peerMicros.forEach((name, each) -> {
				Pairs peer = new Pairs(each, pairs.floor());
				peer.compare(name, peerFigures, lines);
				bars.add(new BarChart.Bar(name, Map.of(name, peer.serverMicros())));
			});
			figures.put("peers", peerFigures);
		}
		lines.add(Figures.line("records", "%,d to each of %,d sessions: %s", this.published.countForEveryone(),
				this.sessions.size(), faults));
		List<Chart> charts = List.of(
				LineChart.percentiles("Latency of a record to everyone",
						List.of(LineChart.Line.of("any session has it", latency),
								LineChart.Line.of("last session has it", this.last))),
				new BarChart("CPU per delivery", "µs", bars));
		return new Result(figures, lines,
				faults.none() ? List.of() : List.of("records did not arrive once and in order: " + faults), charts);
	}

}
