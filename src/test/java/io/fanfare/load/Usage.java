package io.fanfare.load;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/// What the gateway, and everything that is no part of the measurement, used of the processors
/// in some time.
///
/// @param gateway what the gateway used
/// @param elapsedNanos how long the time was
/// @param otherNanos what processes used that the tool neither is nor started
record Usage(ProcessFigures gateway, long elapsedNanos, long otherNanos) {

	/// Begins to look.
	static Start start(long pid) {
		return new Start(pid, ProcessFigures.of(pid), ownNanos(pid), System.nanoTime());
	}

	/// Returns the gateway's processor time as a share of one core.
	double gatewayCores() {
		return (double) this.gateway.cpuNanos() / this.elapsedNanos;
	}

	/// Returns the other processes' processor time as a share of one core.
	double otherCores() {
		return Math.max(0, (double) this.otherNanos / this.elapsedNanos);
	}

	/// Returns microseconds of the gateway's processor time for each of so many
	/// deliveries.
	double microsPer(long deliveries) {
		return this.gateway.cpuNanos() / 1e3 / Math.max(1, deliveries);
	}

	/// Returns each thread group's share of [#microsPer(long)], the largest first.
	Map<String, Double> microsByThread(long deliveries) {
		return micros(this.gateway.cpuNanosByThread(), deliveries);
	}

	/// Returns microseconds for each delivery, the largest first.
	static Map<String, Double> micros(Map<String, Long> nanosByThread, long deliveries) {
		return each(nanosByThread, 1e3 * Math.max(1, deliveries));
	}

	/// Returns each thread group's share of some of them, the largest first.
	static Map<String, Double> each(Map<String, Long> byThread, double deliveries) {
		Map<String, Double> each = new LinkedHashMap<>();
		byThread.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
			.limit(8)
			.forEach((thread) -> each.put(thread.getKey(), Figures.rounded(thread.getValue() / deliveries)));
		return each;
	}

	private static long ownNanos(long pid) {
		LongStream own = LongStream.concat(LongStream.of(ProcessHandle.current().pid(), pid),
				ProcessHandle.current().descendants().mapToLong(ProcessHandle::pid));
		return own.distinct().map((each) -> ProcessFigures.processNanos(each)).sum();
	}

	/// The beginning of the time.
	///
	/// @param pid the gateway's process
	record Start(long pid, ProcessFigures gateway, long ownNanos, long at) {

		/// Returns what was used since the beginning.
		Usage stop() {
			ProcessFigures used = ProcessFigures.of(this.pid).since(this.gateway);
			return new Usage(used, System.nanoTime() - this.at,
					used.busyNanos() - (Usage.ownNanos(this.pid) - this.ownNanos));
		}

	}

}
