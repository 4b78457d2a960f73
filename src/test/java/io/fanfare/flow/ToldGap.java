package io.fanfare.flow;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The data of an `io.fanfare.gap`, as a client reads it.
///
/// @param reason why
/// @param since time of the newest record that was received before
/// @param until time by which what is left out had been written
/// @param count how many records are left out
/// @param topic name of the topic
/// @param partition number of the partition
/// @param from first offset that is left out
/// @param to offset behind the last one
record ToldGap(String reason, @Nullable Instant since, Instant until, @Nullable Long count, @Nullable String topic,
		@Nullable Integer partition, @Nullable Long from, @Nullable Long to) {

	private static final JsonMapper MAPPER = new JsonMapper();

	static ToldGap of(Event event) {
		return MAPPER.readValue(event.data(), ToldGap.class);
	}

	/// Returns the gaps among some events, in order.
	static List<ToldGap> among(List<Event> events) {
		return events.stream().filter((event) -> event.type().equals("io.fanfare.gap")).map(ToldGap::of).toList();
	}

	/// Returns the range as `reason partition from..to`.
	String range() {
		return this.reason + " " + this.partition + " " + this.from + ".." + this.to;
	}

}
