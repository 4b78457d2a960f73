package io.fanfare.wire;

/// Reads what a [CursorWriter] wrote. Throws [IndexOutOfBoundsException] at the end.
final class CursorReader {

	private static final int MAX_VARINT_SHIFT = 56;

	private final byte[] bytes;

	private int at;

	CursorReader(byte[] bytes) {
		this.bytes = bytes;
	}

	boolean isAtEnd() {
		return this.at == this.bytes.length;
	}

	int remaining() {
		return this.bytes.length - this.at;
	}

	int fixed(int length) {
		int value = 0;
		for (int i = 0; i < length; i++) {
			value = value << 8 | (this.bytes[this.at++] & 0xFF);
		}
		return value;
	}

	/// Reads a non-negative number.
	long varint() {
		long value = 0;
		for (int shift = 0; shift <= MAX_VARINT_SHIFT; shift += 7) {
			byte b = this.bytes[this.at++];
			value |= (long) (b & 0x7F) << shift;
			if (b >= 0) {
				return value;
			}
		}
		throw new IllegalArgumentException("A number is too long");
	}

}
