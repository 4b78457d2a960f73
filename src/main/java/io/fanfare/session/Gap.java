package io.fanfare.session;

import java.util.Locale;

/// What the log, or this replica, no longer supplies of one partition.
///
/// @param reason why
/// @param topic name of the topic
/// @param partition number of the partition
/// @param from first offset that is left out
/// @param to offset after the last one left out
public record Gap(Reason reason, String topic, int partition, long from, long to) {

	/// Why records are left out.
	public enum Reason {

		/// The log no longer holds them.
		RETENTION,

		/// They are beyond what a resume may replay.
		WINDOW,

		/// The topic was made anew or truncated.
		RESET,

		/// They were left out while the session lagged.
		OVERFLOW;

		/// Returns the reason as the protocol spells it.
		public String word() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
