package io.fanfare.notification;

/// Where Head moves: the next offset this replica will take, for the slots that moved.
///
/// @param slots indexes of partitions, each at most once
/// @param offsets next offset of each slot, in the order of `slots`
public record HeadUpdate(int[] slots, long[] offsets) {

	/// Moves nothing.
	public static final HeadUpdate NONE = new HeadUpdate(new int[0], new long[0]);

}
