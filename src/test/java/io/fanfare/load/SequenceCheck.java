package io.fanfare.load;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Whether one session got the records 0, 1, 2 … each once and in order. Not safe for use by
/// several threads.
final class SequenceCheck {

	/// The lowest number above all that came.
	private int next;

	/// Numbers below [#next] that have not come, or `null` while there are none.
	private @Nullable Set<Integer> missing;

	private int duplicates;

	private int outOfOrder;

	void received(int sequence) {
		if (sequence == this.next) {
			this.next++;
		}
		else if (sequence > this.next) {
			Set<Integer> gaps = (this.missing != null) ? this.missing : new HashSet<>();
			for (int left = this.next; left < sequence; left++) {
				gaps.add(left);
			}
			this.missing = gaps;
			this.next = sequence + 1;
		}
		else if (this.missing != null && this.missing.remove(sequence)) {
			this.outOfOrder++;
		}
		else {
			this.duplicates++;
		}
	}

	/// Returns how many of the first `published` records have not come.
	int lost(int published) {
		return Math.max(0, published - this.next) + ((this.missing != null) ? this.missing.size() : 0);
	}

	/// Returns how many came again.
	int duplicates() {
		return this.duplicates;
	}

	/// Returns how many came after a later one.
	int outOfOrder() {
		return this.outOfOrder;
	}

}
