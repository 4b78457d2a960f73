package io.fanfare.notification;

import java.util.List;

/// Where Head moves: the next offset this replica will take, for the slots that moved.
///
/// @param slots indexes of partitions, each at most once
/// @param offsets next offset of each slot, in the order of `slots`
/// @param time time of the newest record among them, in milliseconds since the epoch, 0 for none
/// @param begun partitions that begin to be read, to be known before their first offset
public record HeadUpdate(int[] slots, long[] offsets, long time, List<PartitionStart> begun) {

	/// Moves nothing.
	public static final HeadUpdate NONE = new HeadUpdate(new int[0], new long[0]);

	/// Moves slots that are known.
	public HeadUpdate(int[] slots, long[] offsets) {
		this(slots, offsets, 0, List.of());
	}

	/// Returns the same with the time of its newest record.
	public HeadUpdate at(long newest) {
		return new HeadUpdate(this.slots, this.offsets, newest, this.begun);
	}

}
