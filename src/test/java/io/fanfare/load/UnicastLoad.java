package io.fanfare.load;

import java.time.Duration;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// Records for one session each, at a steady rate whatever the answer, for some time: on the
/// gateway, and the same frames on raw Netty.
final class UnicastLoad {

	/// Load before each time that counts.
	static final Duration LEAD_IN = Duration.ofSeconds(1);

	private final Bench bench;

	private final int rate;

	private final Publisher publisher;

	private final SessionRange sessions;

	private final Published published;

	private final Deliveries deliveries;

	private final Waiting waiting;

	private final Jvm jvm;

	/// @param published by that publisher, to these sessions
	UnicastLoad(Bench bench, Publisher publisher, SessionRange sessions, Published published, Deliveries deliveries) {
		this.bench = bench;
		this.rate = bench.settings().get(Option.RATE);
		this.publisher = publisher;
		this.sessions = sessions;
		this.published = published;
		this.deliveries = deliveries;
		this.waiting = bench.waiting();
		this.jvm = new Jvm(bench.target().pid());
	}

	/// Publishes, and waits until all has come.
	Turn gateway(String what, Duration duration) throws LoadException, InterruptedException {
		SteadyLoad load = SteadyLoad.start(this.publisher, this.rate, this.sessions::turn);
		long from = load.startAt() + LEAD_IN.toNanos();
		long until = from + duration.toNanos();
		LatencyWindow latency = this.deliveries.record(new LatencyWindow(this.sessions, from, until));
		this.waiting.until(what, from);
		// Asking the JVM takes a while, in which deliveries go on: what was allocated and
		// what was used have deliveries of their own.
		long beforeAllocated = this.deliveries.received();
		Map<String, Long> allocatedBefore = this.jvm.allocatedByThread();
		Usage.Start start = this.bench.usage();
		long before = this.deliveries.received();
		this.waiting.until(what, until);
		Usage usage = start.stop();
		long received = this.deliveries.received();
		Map<String, Long> allocated = this.jvm.allocatedByThread();
		allocated.replaceAll((thread, bytes) -> bytes - allocatedBefore.getOrDefault(thread, 0L));
		Duration late = load.end(until);
		long total = this.published.count(this.sessions);
		this.waiting.untilNone("waiting for the rest", () -> total - this.deliveries.received());
		return new Turn(this.bench.receivers().onEventLoop(latency::fromIntended),
				this.bench.receivers().onEventLoop(latency::fromSent), usage, received - before, allocated,
				received - beforeAllocated, late);
	}

	/// Starts raw Netty with as many connections and warms it up.
	Floor startFloor() throws LoadException, InterruptedException {
		Floor floor = Floor.start(this.bench, this.sessions.size(), this.bench.receivers().sample());
		try {
			floor.unicast(this.rate, seconds(this.bench.settings().warmUp()));
			return floor;
		}
		catch (LoadException | InterruptedException ex) {
			floor.close();
			throw ex;
		}
	}

	/// Has raw Netty write.
	/// @return microseconds of processor time for each frame
	double floor(Floor floor) throws LoadException, InterruptedException {
		this.bench.progress().update("raw Netty");
		Usage.Start start = Usage.start(floor.pid());
		long written = floor.unicast(this.rate, seconds(this.bench.settings().duration()));
		return start.stop().microsPer(written);
	}

	private static int seconds(Duration duration) {
		return (int) Math.max(1, duration.toSeconds());
	}

	/// The gateway, once.
	///
	/// @param received how many came in the time of `usage`
	/// @param allocated bytes that its threads allocated, in a time that is a little
	/// longer
	/// @param receivedMeanwhile how many came in that time
	/// @param late how late a record was sent at most
	record Turn(Histogram latency, Histogram fromSent, Usage usage, long received, Map<String, Long> allocated,
			long receivedMeanwhile, Duration late) {

		double micros() {
			return this.usage.microsPer(this.received);
		}

		double perSecond() {
			return this.received * 1e9 / this.usage.elapsedNanos();
		}

	}

}
