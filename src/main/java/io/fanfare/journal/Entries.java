package io.fanfare.journal;

import java.util.Arrays;

/// The journal's entries as parallel arrays, indexed by entry number modulo capacity, and the
/// newest entry of each hash.
final class Entries {

	final long[] offsets;

	final long[] positions;

	final long[] addressPositions;

	final long[] arrivals;

	final long[] previous;

	final long[] following;

	final int[] addressLengths;

	final int[] slots;

	final int[] sizes;

	final int[] hashes;

	private final long[] newest;

	/// @param capacity a power of two
	Entries(int capacity) {
		this.offsets = new long[capacity];
		this.positions = new long[capacity];
		this.addressPositions = new long[capacity];
		this.arrivals = new long[capacity];
		this.previous = new long[capacity];
		this.following = new long[capacity];
		this.addressLengths = new int[capacity];
		this.slots = new int[capacity];
		this.sizes = new int[capacity];
		this.hashes = new int[capacity];
		this.newest = new long[capacity];
		Arrays.fill(this.newest, Journal.NONE);
	}

	int capacity() {
		return this.offsets.length;
	}

	long newest(int hash) {
		return this.newest[hash & (this.newest.length - 1)];
	}

	void newest(int hash, long entry) {
		this.newest[hash & (this.newest.length - 1)] = entry;
	}

	/// Returns twice the capacity with the same entries. Chains are made anew,
	/// because a bucket becomes two.
	Entries grown(long first, long next) {
		Entries grown = new Entries(capacity() * 2);
		for (long entry = first; entry < next; entry++) {
			int from = (int) entry & (capacity() - 1);
			int to = (int) entry & (grown.capacity() - 1);
			grown.offsets[to] = this.offsets[from];
			grown.positions[to] = this.positions[from];
			grown.addressPositions[to] = this.addressPositions[from];
			grown.arrivals[to] = this.arrivals[from];
			grown.addressLengths[to] = this.addressLengths[from];
			grown.slots[to] = this.slots[from];
			grown.sizes[to] = this.sizes[from];
			grown.hashes[to] = this.hashes[from];
			long earlier = grown.newest(this.hashes[from]);
			grown.previous[to] = earlier;
			grown.following[to] = Journal.NONE;
			if (earlier >= first) {
				grown.following[(int) earlier & (grown.capacity() - 1)] = entry;
			}
			grown.newest(this.hashes[from], entry);
		}
		return grown;
	}

}
