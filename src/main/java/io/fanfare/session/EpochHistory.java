package io.fanfare.session;

import java.util.Arrays;

/// Which leader of one partition took which records, as far as they have been read.
///
/// Not synchronized.
final class EpochHistory {

	/// No epoch ends a known one.
	static final long OPEN = Long.MAX_VALUE;

	private static final int UNKNOWN = -1;

	private int[] epochs = new int[1];

	private long[] starts = new long[1];

	private int size;

	EpochHistory() {
	}

	EpochHistory(EpochHistory other) {
		this.epochs = other.epochs.clone();
		this.starts = other.starts.clone();
		this.size = other.size;
	}

	/// Returns what is known of the records before an offset.
	EpochHistory upTo(long offset) {
		EpochHistory history = new EpochHistory(this);
		while (history.size > 0 && history.starts[history.size - 1] >= offset) {
			history.size--;
		}
		return history;
	}

	/// Notes that a record was taken in that epoch; repeats of the newest are passed
	/// over.
	void note(int epoch, long offset) {
		if (epoch < 0 || (this.size > 0 && this.epochs[this.size - 1] >= epoch)) {
			return;
		}
		if (this.size == this.epochs.length) {
			this.epochs = Arrays.copyOf(this.epochs, this.size * 2);
			this.starts = Arrays.copyOf(this.starts, this.size * 2);
		}
		this.epochs[this.size] = epoch;
		this.starts[this.size++] = offset;
	}

	/// Returns the epoch of the record before an offset, -1 where it is not known.
	int before(long offset) {
		for (int i = this.size - 1; i >= 0; i--) {
			if (this.starts[i] < offset) {
				return this.epochs[i];
			}
		}
		return UNKNOWN;
	}

	/// Returns the offset at which a later epoch takes over: what a client has from there
	/// on
	/// in the epoch itself is not in the log. [#OPEN] where none has.
	long endOf(int epoch) {
		for (int i = 0; epoch >= 0 && i < this.size; i++) {
			if (this.epochs[i] > epoch) {
				return this.starts[i];
			}
		}
		return OPEN;
	}

	/// Whether a later epoch takes over at an offset that was read, so that the records
	/// of
	/// the earlier one end exactly there.
	boolean endsWithin(int epoch) {
		return this.size > 0 && this.epochs[0] <= epoch && endOf(epoch) != OPEN;
	}

}
