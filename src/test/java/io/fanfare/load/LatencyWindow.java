package io.fanfare.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.HdrHistogram.Histogram;

/// Latencies of what was to be sent to some sessions, or to everyone, in some time.
///
/// Threads: the receivers' event loop; [#end(long)] is for any.
final class LatencyWindow {

	/// Longest latency told apart, one minute.
	private static final long MAX_NANOS = 60_000_000_000L;

	private static final long INTERVAL_NANOS = Duration.ofMillis(250).toNanos();

	private final SessionRange sessions;

	private final boolean toEveryone;

	private final long from;

	private volatile long until;

	private final Histogram fromIntended = new Histogram(MAX_NANOS, 3);

	private final Histogram fromSent = new Histogram(MAX_NANOS, 3);

	/// The longest latency of what was to be sent in each interval, 0 where nothing was.
	private long[] longest = new long[64];

	/// @param from as of [System#nanoTime()]
	/// @param until as of [System#nanoTime()]
	LatencyWindow(SessionRange sessions, long from, long until) {
		this(sessions, false, from, until);
	}

	private LatencyWindow(SessionRange sessions, boolean toEveryone, long from, long until) {
		this.sessions = sessions;
		this.toEveryone = toEveryone;
		this.from = from;
		this.until = until;
	}

	/// Returns a window of what goes to everyone, without an end.
	/// @param sessions whose receiving counts
	/// @param from as of [System#nanoTime()]
	static LatencyWindow toEveryone(SessionRange sessions, long from) {
		return new LatencyWindow(sessions, true, from, from + Duration.ofDays(1).toNanos());
	}

	/// Returns a window without an end.
	/// @param from as of [System#nanoTime()]
	static LatencyWindow from(SessionRange sessions, long from) {
		return new LatencyWindow(sessions, from, from + Duration.ofDays(1).toNanos());
	}

	/// Leaves out what is to be sent from then on.
	void end(long at) {
		this.until = at;
	}

	void received(int session, Stamp stamp, long now) {
		if ((stamp.to() == Stamp.EVERYONE) == this.toEveryone && stamp.intended() - this.from >= 0
				&& stamp.intended() - this.until < 0 && this.sessions.contains(session)) {
			long latency = Math.clamp(now - stamp.intended(), 0, MAX_NANOS);
			this.fromIntended.recordValue(latency);
			int interval = (int) ((stamp.intended() - this.from) / INTERVAL_NANOS);
			if (interval >= this.longest.length) {
				this.longest = Arrays.copyOf(this.longest, 2 * interval);
			}
			this.longest[interval] = Math.max(this.longest[interval], latency);
			this.fromSent.recordValue(Math.clamp(now - stamp.sent(), 0, MAX_NANOS));
		}
	}

	/// Returns a copy of the latencies from the intended send time, in nanoseconds:
	/// corrected for coordinated omission.
	Histogram fromIntended() {
		return this.fromIntended.copy();
	}

	/// Returns a copy of the latencies from the actual send time, in nanoseconds.
	Histogram fromSent() {
		return this.fromSent.copy();
	}

	/// Returns the longest latency, in milliseconds, of each quarter of a second since
	/// the
	/// begin, in seconds.
	List<LineChart.Point> longest() {
		return IntStream.range(0, this.longest.length)
			.filter((interval) -> this.longest[interval] > 0)
			.mapToObj(
					(interval) -> new LineChart.Point(interval * (INTERVAL_NANOS / 1e9), this.longest[interval] / 1e6))
			.toList();
	}

}
