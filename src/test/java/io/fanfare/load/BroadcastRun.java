package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/// One record to every session, again and again: when the first and the last have it.
final class BroadcastRun implements Scenario.Run {

	private static final int WARM_UP_ROUNDS = 10;

	private static final Duration PAUSE = Duration.ofMillis(250);

	private static final Duration LOST = Duration.ofSeconds(10);

	private final Settings settings;

	private final Target target;

	private final Receivers receivers;

	private final Progress progress;

	BroadcastRun(Settings settings, Target target, Receivers receivers, Progress progress) {
		this.settings = settings;
		this.target = target;
		this.receivers = receivers;
		this.progress = progress;
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int sessions = this.settings.sessions();
		Deliveries deliveries = new Deliveries(sessions);
		this.receivers.open(Tokens.mint(this.target.issuer(), sessions, this.progress), this.settings.openRate(),
				deliveries, this.progress);
		Histogram last = new Histogram(3);
		List<Double> lastMillis = new ArrayList<>();
		long threadNanos = 0;
		int rounds = WARM_UP_ROUNDS + this.settings.rounds();
		int sent = 0;
		Usage.Start start = Usage.start(this.target.pid());
		try (Publisher publisher = new Publisher(this.target, this.settings.valueSize())) {
			while (sent < rounds) {
				if (sent == WARM_UP_ROUNDS) {
					deliveries.record(System.nanoTime(), Long.MAX_VALUE);
					start = Usage.start(this.target.pid());
				}
				this.progress.update("round %d of %d", sent + 1, rounds);
				ProcessFigures before = ProcessFigures.of(this.target.pid());
				long at = publisher.toEveryone(sent++);
				boolean all = await(deliveries, (long) sent * sessions);
				publisher.requireAllPublished();
				this.receivers.requireAllOpen();
				if (!all) {
					break;
				}
				if (sent > WARM_UP_ROUNDS) {
					threadNanos += ProcessFigures.of(this.target.pid()).since(before).threadNanos();
					long nanos = deliveries.lastAt() - at;
					last.recordValue(nanos);
					lastMillis.add(Figures.rounded(nanos / 1e6));
				}
				Thread.sleep(PAUSE);
			}
		}
		return result(deliveries, sent, last, lastMillis, threadNanos, start.stop());
	}

	private Result result(Deliveries deliveries, int sent, Histogram last, List<Double> lastMillis, long threadNanos,
			Usage usage) throws InterruptedException {
		int sessions = this.settings.sessions();
		int[] published = new int[sessions];
		Arrays.fill(published, sent);
		Deliveries.Faults faults = this.receivers.onEventLoop(() -> deliveries.faults(published));
		Histogram latency = this.receivers.onEventLoop(deliveries::fromSent);
		long recorded = Math.max(1, latency.getTotalCount());
		double micros = threadNanos / 1e3 / recorded;
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("lastMs", Figures.percentiles(last));
		figures.put("lastMsByRound", lastMillis);
		figures.put("deliveryMs", Figures.percentiles(latency));
		figures.put("cpuMicrosPerDelivery", Figures.rounded(micros));
		figures.put("cpuMicrosPerDeliveryByThread", usage.microsByThread(recorded));
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(usage.otherCores() * 100));
		figures.put("faults", faults);
		return new Result(figures,
				List.of(Figures.line("last session has it", "%s", Figures.line(last)),
						Figures.line("any session has it", "%s", Figures.line(latency)),
						Figures.line("CPU per delivery", "%.2f µs (other processes: %.0f %% of one core)", micros,
								usage.otherCores() * 100),
						Figures.line("records", "%,d to each of %,d sessions: %s", sent, sessions, faults)),
				faults.none() ? List.of() : List.of("records did not arrive once and in order: " + faults));
	}

	/// Waits until that many have come.
	/// @return whether they have within the time after which they count as lost
	private static boolean await(Deliveries deliveries, long count) {
		long deadline = System.nanoTime() + LOST.toNanos();
		while (deliveries.received() < count) {
			if (System.nanoTime() - deadline > 0) {
				return false;
			}
			LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
		}
		return true;
	}

}
