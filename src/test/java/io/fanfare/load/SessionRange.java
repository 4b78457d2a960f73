package io.fanfare.load;

import java.util.stream.IntStream;

/// Sessions with consecutive numbers.
///
/// @param first number of the first one
/// @param end number behind the last one
record SessionRange(int first, int end) {

	int size() {
		return this.end - this.first;
	}

	boolean contains(int session) {
		return session >= this.first && session < this.end;
	}

	/// Returns the session whose turn it is, when they take turns.
	int turn(long index) {
		return this.first + (int) (index % size());
	}

	IntStream stream() {
		return IntStream.range(this.first, this.end);
	}

}
