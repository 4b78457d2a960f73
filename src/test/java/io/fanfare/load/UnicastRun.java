package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/// Records for one session each, at a steady rate whatever the answer: publish-to-receipt
/// latency, and that each came once and in order.
///
/// Each record has an intended send time; latency is counted from there, so that a record that
/// had to wait for a slow moment before it was sent counts its waiting (no coordinated
/// omission).
final class UnicastRun implements Scenario.Run {

	private static final Duration LEAD = Duration.ofMillis(200);

	/// Time without any arrival after which what is left is lost.
	private static final Duration LOST = Duration.ofSeconds(10);

	private final Settings settings;

	private final Target target;

	private final Receivers receivers;

	private final Progress progress;

	private final double intervalNanos;

	private final long total;

	UnicastRun(Settings settings, Target target, Receivers receivers, Progress progress) {
		this.settings = settings;
		this.target = target;
		this.receivers = receivers;
		this.progress = progress;
		this.intervalNanos = 1e9 / settings.rate();
		this.total = settings.warmUp().plus(settings.duration()).toMillis() * settings.rate() / 1000;
	}

	@Override
	public Result measure() throws LoadException, InterruptedException {
		int sessions = this.settings.sessions();
		Deliveries deliveries = new Deliveries(sessions);
		this.receivers.open(Tokens.mint(this.target.issuer(), sessions, this.progress), this.settings.openRate(),
				deliveries, this.progress);
		try (Publisher publisher = new Publisher(this.target, this.settings.valueSize())) {
			long start = System.nanoTime() + LEAD.toNanos();
			long from = start + this.settings.warmUp().toNanos();
			long until = from + this.settings.duration().toNanos();
			deliveries.record(from, until);
			CompletableFuture<Long> lateness = new CompletableFuture<>();
			Thread sending = Thread.ofPlatform().daemon().name("load-publisher").start(() -> {
				try {
					lateness.complete(publish(publisher, start));
				}
				catch (RuntimeException ex) {
					lateness.completeExceptionally(ex);
				}
			});
			follow(deliveries, from, "warming up");
			long receivedBefore = deliveries.received();
			Usage.Start usageStart = Usage.start(this.target.pid());
			follow(deliveries, until, "recording");
			Usage usage = usageStart.stop();
			long receivedMeanwhile = deliveries.received() - receivedBefore;
			sending.join();
			if (lateness.isCompletedExceptionally()) {
				throw new LoadException("publishing failed: " + lateness.exceptionNow(), lateness.exceptionNow());
			}
			awaitRest(deliveries);
			publisher.requireAllPublished();
			this.receivers.requireAllOpen();
			return result(deliveries, usage, receivedMeanwhile, lateness.join());
		}
	}

	/// Publishes everything, each record at its time or as soon after it as can be.
	/// @return nanoseconds that a record was sent late at most
	private long publish(Publisher publisher, long start) {
		int sessions = this.settings.sessions();
		byte[][] keys = new byte[sessions][];
		for (int session = 0; session < sessions; session++) {
			keys[session] = Publisher.key(session);
		}
		long latest = 0;
		for (long i = 0; i < this.total; i++) {
			long intended = start + (long) (i * this.intervalNanos);
			long early = intended - System.nanoTime();
			while (early > 0) {
				LockSupport.parkNanos(early);
				early = intended - System.nanoTime();
			}
			latest = Math.max(latest, -early);
			int session = (int) (i % sessions);
			publisher.toSession(session, keys[session], (int) (i / sessions), intended);
		}
		return latest;
	}

	private void follow(Deliveries deliveries, long until, String what) throws LoadException, InterruptedException {
		long left = until - System.nanoTime();
		while (left > 0) {
			this.progress.update("%s: %,d of %,d records received, %d s left", what, deliveries.received(), this.total,
					Duration.ofNanos(left).toSeconds());
			this.receivers.requireAllOpen();
			Thread.sleep(Duration.ofNanos(Math.min(left, 100_000_000)));
			left = until - System.nanoTime();
		}
	}

	private void awaitRest(Deliveries deliveries) throws InterruptedException {
		long received = -1;
		long since = System.nanoTime();
		while (deliveries.received() < this.total) {
			if (deliveries.received() != received) {
				received = deliveries.received();
				since = System.nanoTime();
			}
			else if (System.nanoTime() - since > LOST.toNanos()) {
				return;
			}
			this.progress.update("waiting for the rest: %,d of %,d", received, this.total);
			Thread.sleep(Duration.ofMillis(20));
		}
	}

	private Result result(Deliveries deliveries, Usage usage, long receivedMeanwhile, long latest)
			throws InterruptedException {
		int sessions = this.settings.sessions();
		int[] published = new int[sessions];
		for (int session = 0; session < sessions; session++) {
			published[session] = (int) ((this.total - session + sessions - 1) / sessions);
		}
		Deliveries.Faults faults = this.receivers.onEventLoop(() -> deliveries.faults(published));
		Histogram corrected = this.receivers.onEventLoop(deliveries::fromIntended);
		Histogram plain = this.receivers.onEventLoop(deliveries::fromSent);
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("latencyMs", Figures.percentiles(corrected));
		figures.put("latencyMsFromActualSend", Figures.percentiles(plain));
		figures.put("sentLateMsMax", Figures.rounded(latest / 1e6));
		figures.put("deliveriesPerSecond", Figures.rounded(receivedMeanwhile * 1e9 / usage.elapsedNanos()));
		figures.put("cpuMicrosPerDelivery", Figures.rounded(usage.microsPer(receivedMeanwhile)));
		figures.put("cpuMicrosPerDeliveryByThread", usage.microsByThread(receivedMeanwhile));
		figures.put("cpuPercentOfOneCore", Figures.rounded(usage.gatewayCores() * 100));
		figures.put("cpuPercentOfOneCoreOfOthers", Figures.rounded(usage.otherCores() * 100));
		figures.put("published", this.total);
		figures.put("faults", faults);
		List<String> problems = new ArrayList<>();
		if (!faults.none()) {
			problems.add("records did not arrive once and in order: " + faults);
		}
		return new Result(figures, List.of(Figures.line("latency", "%s", Figures.line(corrected)),
				Figures.line("latency from actual send", "%s", Figures.line(plain)),
				Figures.line("deliveries", "%,.0f per second", receivedMeanwhile * 1e9 / usage.elapsedNanos()),
				Figures.line("CPU per delivery", "%.2f µs, %.1f %% of one core (other processes: %.0f %%)",
						usage.microsPer(receivedMeanwhile), usage.gatewayCores() * 100, usage.otherCores() * 100),
				Figures.line("by thread, µs", "%s", usage.microsByThread(receivedMeanwhile)),
				Figures.line("records", "%,d published: %s", this.total, faults)), problems);
	}

}
