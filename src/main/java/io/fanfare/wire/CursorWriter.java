package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Writes one part of a cursor. In order: [#begin(int, long, int)], then for each topic
/// [#topic(int, int, int, int)] and its partitions. Not safe for use by several threads.
public final class CursorWriter {

	private static final int FIRST_SIZE = 128;

	private byte[] bytes = new byte[FIRST_SIZE];

	private int size;

	/// Whether partitions are named, where not all of a topic follow.
	private boolean numbered;

	/// Starts the places.
	/// @param cluster hash of the cluster's id
	/// @param time time of the newest record read, in milliseconds since the epoch
	/// @param topics how many topics follow
	public CursorWriter begin(int cluster, long time, int topics) {
		fixed(Cursor.VERSION, 1);
		fixed(cluster, Integer.BYTES);
		varint(Math.max(0, time));
		varint(topics);
		return this;
	}

	/// Starts a topic.
	/// @param name hash of its name
	/// @param id hash of its short id
	/// @param partitions how many partitions it has
	/// @param lanes how many of them follow, in ascending order
	public CursorWriter topic(int name, int id, int partitions, int lanes) {
		fixed(name, 3);
		fixed(id, 3);
		varint(partitions);
		varint(lanes);
		this.numbered = lanes != partitions;
		return this;
	}

	/// Adds a partition.
	/// @param number number of the partition
	/// @param offset next offset
	/// @param epoch epoch of the leader that took the record before, -1 where it is not
	/// known
	public CursorWriter lane(int number, long offset, int epoch) {
		if (this.numbered) {
			varint(number);
		}
		varint(offset);
		varint(epoch + 1);
		return this;
	}

	/// Returns what was written in base64url, as bytes of ASCII.
	public byte[] toAscii() {
		return Base64.getUrlEncoder().withoutPadding().encode(Arrays.copyOf(this.bytes, this.size));
	}

	/// Returns what was written in base64url.
	public String toBase64() {
		return new String(toAscii(), StandardCharsets.US_ASCII);
	}

	void fixed(int value, int length) {
		ensure(length);
		for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
			this.bytes[this.size++] = (byte) (value >>> shift);
		}
	}

	void varint(long value) {
		ensure(Long.BYTES + 1);
		long rest = value;
		while (rest > 0x7F) {
			this.bytes[this.size++] = (byte) (rest | 0x80);
			rest >>>= 7;
		}
		this.bytes[this.size++] = (byte) rest;
	}

	private void ensure(int more) {
		if (this.size + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, this.bytes.length * 2);
		}
	}

}
