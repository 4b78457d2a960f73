package io.fanfare.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.fanfare.notification.LogRecord;
import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records found outside the partition that their topic's declared partitioner names. They are
/// delivered live; nobody who is behind looks for them, so whoever resumes or lags is told.
///
/// Threads: the log thread.
final class Misplaced {

	private static final Logger logger = LoggerFactory.getLogger(Misplaced.class);

	private static final long LOG_INTERVAL_MS = Duration.ofMinutes(1).toMillis();

	private final Counter counter;

	/// First and last offset by slot.
	private final Map<Integer, long[]> bySlot = new HashMap<>();

	private long nextLine = Long.MIN_VALUE;

	Misplaced(MeterRegistry registry) {
		this.counter = FanfareMeter.MISPLACED_RECORDS.counter(registry);
	}

	/// Looks at a record of a topic that is partitioned by address.
	/// @param now milliseconds since the epoch
	/// @return whether no cursor looks for it
	boolean look(LogRecord record, TopicView topic, List<byte[]> addresses, long now) {
		if (topic.isLane(addresses.getFirst(), record.partition())) {
			return false;
		}
		this.counter.increment();
		this.bySlot.computeIfAbsent(record.slot(),
				(slot) -> new long[] { record.offset(), record.offset() })[1] = record.offset();
		if (now >= this.nextLine) {
			this.nextLine = now + LOG_INTERVAL_MS;
			logger.warn(
					"Record {} stands outside the partition that '{}' names: sessions that resume are told a gap; "
							+ "set the topic's partitioner to 'any'",
					record.position(), record.binding().partitioner());
		}
		return true;
	}

	/// Tells what a session may have missed because it stands where the session does not
	/// look.
	/// @param lanes slots in which the session looks
	/// @param from first offset by slot that the session has not had
	/// @param since time of the newest record that it had
	List<Gap> missed(LogView view, Set<String> claims, IntStream lanes, IntToLongFunction from, long since, long now) {
		if (this.bySlot.isEmpty()) {
			return List.of();
		}
		Set<Integer> found = lanes.boxed().collect(Collectors.toUnmodifiableSet());
		List<Gap> gaps = new ArrayList<>();
		this.bySlot.forEach((slot, offsets) -> {
			TopicView topic = view.topic(slot);
			int partition = view.partition(slot).partition();
			long first = Math.max(offsets[0], from.applyAsLong(slot));
			if (first <= offsets[1] && !found.contains(slot) && topic.slot(partition) == slot
					&& topic.isReadBy(claims)) {
				gaps.add(new Gap(Gap.Reason.RESET, topic.binding().topic(), partition, first, offsets[1] + 1, since,
						now, -1));
			}
		});
		return gaps;
	}

}
