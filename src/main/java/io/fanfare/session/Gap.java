package io.fanfare.session;

import java.util.Locale;

/// What the log, or this replica, no longer supplies of one partition.
///
/// @param reason why
/// @param topic name of the topic
/// @param partition number of the partition
/// @param from first offset that is left out
/// @param to offset after the last one left out
/// @param since time of the newest record that the session had before, in milliseconds since the
/// epoch, 0 where it is not known
/// @param until time by which what is left out had been written, in milliseconds since the epoch
/// @param count how many records are left out, -1 where only the range is known
public record Gap(Reason reason, String topic, int partition, long from, long to, long since, long until, long count) {

	/// Whether another gap has the same reason and lies in the same partition.
	boolean isLike(Gap other) {
		return this.reason == other.reason && this.topic.equals(other.topic) && this.partition == other.partition;
	}

	/// Returns the smallest gap that covers this one and a later one like it.
	Gap with(Gap later) {
		long both = (this.count >= 0 && later.count >= 0) ? this.count + later.count : -1;
		return new Gap(this.reason, this.topic, this.partition, Math.min(this.from, later.from),
				Math.max(this.to, later.to), this.since, later.until, both);
	}

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
