package io.fanfare.session;

import java.util.Arrays;
import java.util.List;

/// Where a session that is behind begins.
///
/// @param next next offset by slot; slots beyond are read from where they begin
/// @param epochs epoch of the leader that took the record before, by slot, -1 where it is not
/// known
/// @param time time of the newest record before, in milliseconds since the epoch, 0 where it is
/// not known
/// @param gaps what is told first
record Positions(long[] next, int[] epochs, long time, List<Gap> gaps) {

	/// Positions that cannot be wrong, because this replica has been there.
	static Positions of(long[] next, long time) {
		return new Positions(next, unknownEpochs(next.length), time, List.of());
	}

	static int[] unknownEpochs(int slots) {
		int[] epochs = new int[slots];
		Arrays.fill(epochs, -1);
		return epochs;
	}

}
