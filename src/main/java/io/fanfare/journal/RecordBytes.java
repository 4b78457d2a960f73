package io.fanfare.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.fanfare.notification.LogRecord;
import org.jspecify.annotations.Nullable;

/// A ring of record bytes in segments, addressed by a position that only grows.
///
/// Plain arrays of one size that live as long as the journal: records that come and go leave
/// the garbage collector nothing to copy. A record never crosses segments. Not synchronized.
final class RecordBytes {

	static final int SEGMENT_SIZE = 1 << 20;

	private static final int SEGMENT_SHIFT = 20;

	private static final int FIXED = Long.BYTES + 3 * Integer.BYTES;

	private static final int NULL = -1;

	/// Segments, made when they are first written to.
	private final byte[] @Nullable [] segments;

	private long next;

	/// @param maxBytes size of the ring, rounded down to whole segments, two at least
	RecordBytes(long maxBytes) {
		this.segments = new byte[(int) Math.max(2, maxBytes / SEGMENT_SIZE)] @Nullable [];
	}

	/// Returns the bytes that a record takes.
	static int size(LogRecord record) {
		int[] size = { FIXED + length(record.key()) + length(record.value()) };
		record.forEachHeader((name, value) -> size[0] += 2 * Integer.BYTES + utf8Length(name) + length(value));
		return size[0];
	}

	/// Returns the first position that is still held once room of that size is reserved.
	long startAfterReserving(int size) {
		long end = positionFor(size) + size;
		long lastSegment = (end - 1) >> SEGMENT_SHIFT;
		return Math.max(0, (lastSegment - this.segments.length + 1) << SEGMENT_SHIFT);
	}

	/// Reserves room for at most [#SEGMENT_SIZE] bytes over the oldest ones.
	/// @return its position
	long reserve(int size) {
		long position = positionFor(size);
		this.next = position + size;
		return position;
	}

	/// Writes a record into reserved room.
	/// @return the position behind it
	long write(LogRecord record, long position) {
		Writer writer = new Writer(segment(position), offset(position));
		writer.putLong(record.timestamp());
		writer.putBytes(record.key());
		writer.putBytes(record.value());
		int countAt = writer.at;
		writer.putInt(0);
		int[] count = new int[1];
		record.forEachHeader((name, value) -> {
			writer.putBytes(name.getBytes(StandardCharsets.UTF_8));
			writer.putBytes(value);
			count[0]++;
		});
		new Writer(writer.bytes, countAt).putInt(count[0]);
		return position - offset(position) + writer.at;
	}

	/// Writes plain bytes into reserved room.
	void write(byte[] plain, long position) {
		System.arraycopy(plain, 0, segment(position), offset(position), plain.length);
	}

	/// Whether these bytes stand at a position that is still held.
	boolean matches(long position, int length, byte[] expected) {
		int at = offset(position);
		return length == expected.length
				&& (length == 0 || Arrays.equals(segment(position), at, at + length, expected, 0, length));
	}

	/// Returns where the key of the record at that position stands.
	static long keyPosition(long position) {
		return position + Long.BYTES + Integer.BYTES;
	}

	/// Returns a reader over the record at a position that is still held.
	Reader read(long position) {
		return new Reader(segment(position), offset(position));
	}

	private long positionFor(int size) {
		long room = SEGMENT_SIZE - (this.next & (SEGMENT_SIZE - 1));
		return (size <= room) ? this.next : this.next + room;
	}

	private byte[] segment(long position) {
		int index = (int) ((position >> SEGMENT_SHIFT) % this.segments.length);
		byte[] segment = this.segments[index];
		if (segment == null) {
			segment = new byte[SEGMENT_SIZE];
			this.segments[index] = segment;
		}
		return segment;
	}

	private static int offset(long position) {
		return (int) (position & (SEGMENT_SIZE - 1));
	}

	private static int length(byte @Nullable [] bytes) {
		return (bytes != null) ? bytes.length : 0;
	}

	private static int utf8Length(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) >= 0x80) {
				return text.getBytes(StandardCharsets.UTF_8).length;
			}
		}
		return text.length();
	}

	private static final class Writer {

		private final byte[] bytes;

		private int at;

		Writer(byte[] bytes, int at) {
			this.bytes = bytes;
			this.at = at;
		}

		void putInt(int value) {
			this.bytes[this.at++] = (byte) (value >>> 24);
			this.bytes[this.at++] = (byte) (value >>> 16);
			this.bytes[this.at++] = (byte) (value >>> 8);
			this.bytes[this.at++] = (byte) value;
		}

		void putLong(long value) {
			putInt((int) (value >>> 32));
			putInt((int) value);
		}

		void putBytes(byte @Nullable [] value) {
			if (value == null) {
				putInt(NULL);
				return;
			}
			putInt(value.length);
			System.arraycopy(value, 0, this.bytes, this.at, value.length);
			this.at += value.length;
		}

	}

	/// Reads in the order in which was written.
	static final class Reader {

		private final byte[] bytes;

		private int at;

		Reader(byte[] bytes, int at) {
			this.bytes = bytes;
			this.at = at;
		}

		int getInt() {
			int value = (this.bytes[this.at] & 0xFF) << 24 | (this.bytes[this.at + 1] & 0xFF) << 16
					| (this.bytes[this.at + 2] & 0xFF) << 8 | (this.bytes[this.at + 3] & 0xFF);
			this.at += Integer.BYTES;
			return value;
		}

		long getLong() {
			return (long) getInt() << 32 | (getInt() & 0xFFFFFFFFL);
		}

		byte @Nullable [] getBytes() {
			int length = getInt();
			if (length == NULL) {
				return null;
			}
			byte[] value = new byte[length];
			System.arraycopy(this.bytes, this.at, value, 0, length);
			this.at += length;
			return value;
		}

	}

}
