package io.fanfare.load;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/// Whether one session got the records 0, 1, 2 … each once and in order, over all its
/// connections. What an earlier connection had may come again, in order. Not safe for use by
/// several threads.
final class SequenceCheck {

	/// The lowest number above all that came.
	private int next;

	/// The lowest number that may come in order on this connection.
	private int position;

	/// Numbers below [#next] that have not come, or `null` while there are none.
	private @Nullable Set<Integer> missing;

	private int repeated;

	private int duplicates;

	private int outOfOrder;

	void received(int sequence) {
		boolean inOrder = sequence >= this.position;
		this.position = Math.max(this.position, sequence + 1);
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
			this.outOfOrder += inOrder ? 0 : 1;
		}
		else if (inOrder) {
			this.repeated++;
		}
		else {
			this.duplicates++;
		}
	}

	/// A new connection begins.
	void reconnected() {
		this.position = 0;
	}

	/// Returns how many of the first `published` records have not come.
	int lost(int published) {
		return Math.max(0, published - this.next) + ((this.missing != null) ? this.missing.size() : 0);
	}

	/// Returns which of the first `published` records have not come.
	IntStream missing(int published) {
		IntStream skipped = (this.missing != null) ? this.missing.stream().mapToInt(Integer::intValue)
				: IntStream.empty();
		return IntStream.concat(skipped, IntStream.range(this.next, published));
	}

	/// Returns how many came that an earlier connection had had.
	int repeated() {
		return this.repeated;
	}

	/// Returns how many came again on one connection.
	int duplicates() {
		return this.duplicates;
	}

	/// Returns how many came after a later one.
	int outOfOrder() {
		return this.outOfOrder;
	}

}
