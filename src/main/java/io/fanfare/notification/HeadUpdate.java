package io.fanfare.notification;

import java.util.List;

/// Where Head moves: the next offset this replica will take, for the slots that moved.
///
/// @param slots indexes of partitions, each at most once
/// @param offsets next offset of each slot, in the order of `slots`
/// @param time time of the newest record among them, in milliseconds since the epoch, 0 for none
/// @param begun partitions that begin to be read, to be known before their first offset
/// @param epochs leader epochs that begin among them, in log order per slot
public record HeadUpdate(int[] slots, long[] offsets, long time, List<PartitionStart> begun, List<EpochStart> epochs) {

	/// Moves nothing.
	public static final HeadUpdate NONE = new HeadUpdate(new int[0], new long[0]);

	/// Moves slots that are known.
	public HeadUpdate(int[] slots, long[] offsets) {
		this(slots, offsets, 0, List.of(), List.of());
	}

	/// Begins partitions, and moves nothing.
	public HeadUpdate(List<PartitionStart> begun) {
		this(new int[0], new long[0], 0, begun, List.of());
	}

	/// The reign of one partition leader begins.
	///
	/// @param slot index of the partition
	/// @param epoch number of the leader's epoch, larger than those before
	/// @param offset offset of the first record read that this leader took
	public record EpochStart(int slot, int epoch, long offset) {
	}

}
