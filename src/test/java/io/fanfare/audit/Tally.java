package io.fanfare.audit;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// Counts of a run. Threads: any.
final class Tally {

	private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

	Tally() {
		for (Count count : Count.values()) {
			this.counts.put(count, new LongAdder());
		}
	}

	void add(Count count) {
		adder(count).increment();
	}

	long get(Count count) {
		return adder(count).sum();
	}

	private LongAdder adder(Count count) {
		return Objects.requireNonNull(this.counts.get(count));
	}

	enum Count {

		/// Notifications received for the first time.
		DELIVERED,

		/// Notifications received again on a later connection.
		REPEATED,

		/// Connections that were ready.
		CONNECTIONS,

		/// Of these, those that went on from a cursor.
		RESUMED,

		/// Times a session caught up that had lagged, not resumed.
		LAGGED,

		/// Sessions that began anew because the one before ended before its first cursor.
		ANEW,

		/// Connections that the client cut with a reset.
		RESET,

		/// Connections that the client cut with a FIN.
		CUT,

		/// Connections that the client closed in order.
		LEFT,

		STALLED,

		/// Connections that ended without the client's doing.
		BROKEN,

		/// Attempts to connect that failed or were answered 503.
		REFUSED,

		GAPS,

		/// Gateways killed.
		KILLED,

		/// Gateways sent a SIGTERM.
		TERMINATED

	}

}
