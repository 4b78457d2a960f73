package io.fanfare.load;

/// Records that did not come to their session once and in order.
///
/// @param lost never came, and no gap says so
/// @param told never came, and lie within a gap that the session was told
/// @param repeated came again on a later connection, which is no fault
/// @param duplicates came again on the same connection
/// @param outOfOrder came after a later one
/// @param misdirected came to another session
/// @param miscounted are the difference between what a gap counts and what is missing in it
record Faults(long lost, long told, long repeated, long duplicates, long outOfOrder, long misdirected,
		long miscounted) {

	/// Whether all came, once and in order.
	boolean none() {
		return this.told == 0 && noneButTold();
	}

	/// Whether whatever did not come was told.
	boolean noneButTold() {
		return this.lost + this.duplicates + this.outOfOrder + this.misdirected + this.miscounted == 0;
	}

	@Override
	public String toString() {
		return "lost %,d, duplicate %,d, out of order %,d, misdirected %,d".formatted(this.lost, this.duplicates,
				this.outOfOrder, this.misdirected) + ((this.told > 0) ? ", told in gaps %,d".formatted(this.told) : "")
				+ ((this.miscounted > 0) ? ", miscounted %,d".formatted(this.miscounted) : "")
				+ ((this.repeated > 0) ? "; repeated after reconnecting %,d".formatted(this.repeated) : "");
	}

}
