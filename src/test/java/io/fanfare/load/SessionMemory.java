package io.fanfare.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the gateway has in memory, by the number of sessions, which receive nothing.
///
/// Read after full collections: after a few sessions have come and gone (so that loaded classes
/// and compiled code are not taken for the cost of a session), and with more and more open.
final class SessionMemory {

	static final int WARM_UP_SESSIONS = 1000;

	private static final Duration SETTLE = Duration.ofSeconds(2);

	private final Bench bench;

	private final Jvm jvm;

	SessionMemory(Bench bench) {
		this.bench = bench;
		this.jvm = new Jvm(bench.target().pid());
	}

	/// Opens sessions, which stay open.
	/// @param tokens of as many as the last of the counts
	/// @return a reading without any session, and one for each count
	List<Reading> read(List<String> tokens, List<Integer> counts) throws LoadException, InterruptedException {
		open(tokens.subList(0, Math.min(WARM_UP_SESSIONS, tokens.size())));
		closeAll();
		List<Reading> readings = new ArrayList<>(List.of(reading(0)));
		for (int count : counts) {
			open(tokens.subList(0, count));
			Thread.sleep(SETTLE);
			readings.add(reading(count));
		}
		return readings;
	}

	/// Closes all sessions, and waits until the gateway has noticed.
	void closeAll() throws InterruptedException {
		this.bench.receivers().closeAll();
		Thread.sleep(SETTLE);
	}

	private void open(List<String> tokens) throws LoadException {
		this.bench.open(tokens, new Published(tokens.size()));
	}

	private Reading reading(int sessions) throws LoadException, InterruptedException {
		return new Reading(sessions, resident(), this.jvm.liveHeap());
	}

	/// Returns the resident memory after a full collection, in bytes.
	long resident() throws LoadException, InterruptedException {
		this.jvm.collectGarbage();
		Thread.sleep(SETTLE);
		return ProcessFigures.residentBytes(this.bench.target().pid());
	}

	/// One look.
	///
	/// @param resident bytes
	record Reading(int sessions, long resident, Jvm.Heap heap) {

		/// Returns kilobytes of live heap for each session.
		/// @param empty without any
		double heapKilobytesEach(Reading empty) {
			return (this.heap.bytes() - empty.heap.bytes()) / 1024.0 / this.sessions;
		}

	}

}
