package io.fanfare.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import io.netty.buffer.ByteBuf;

/// What a published record says of itself: who it is for, its number among the records for
/// that session, and when it was to be sent and was sent.
///
/// In the record's JSON value it is the member `load` of 48 hexadecimal digits, which a
/// receiver finds in the frame without parsing JSON.
///
/// @param to number of the session, or [#EVERYONE]
/// @param sequence number of the record among those for that session, from 0
/// @param intended when the record was to be sent, as of [System#nanoTime()]
/// @param sent when the record was handed to the producer, as of [System#nanoTime()]
record Stamp(int to, int sequence, long intended, long sent) {

	static final int EVERYONE = -1;

	/// Bytes of a value without padding.
	static final int MIN_VALUE_SIZE = 68;

	/// What the value of every record begins with.
	static final byte[] MARK = "{\"load\":\"".getBytes(StandardCharsets.US_ASCII);

	private static final int DIGITS = 48;

	/// Returns a record value of at least that many bytes.
	byte[] value(int size) {
		HexFormat hex = HexFormat.of();
		String digits = hex.toHexDigits(this.to) + hex.toHexDigits(this.sequence) + hex.toHexDigits(this.intended)
				+ hex.toHexDigits(this.sent);
		String start = "{\"load\":\"" + digits + "\",\"pad\":\"";
		byte[] value = new byte[Math.max(size, MIN_VALUE_SIZE)];
		Arrays.fill(value, (byte) 'x');
		byte[] head = start.getBytes(StandardCharsets.US_ASCII);
		System.arraycopy(head, 0, value, 0, head.length);
		value[value.length - 2] = '"';
		value[value.length - 1] = '}';
		return value;
	}

	/// Returns where the digits of a stamp begin in a frame, or -1 where it has none.
	/// @param from index of the payload's first byte
	/// @param to index behind its last
	static int find(ByteBuf frame, int from, int to) {
		int last = to - MARK.length - DIGITS;
		for (int i = from; i <= last; i++) {
			if (frame.getByte(i) == '{' && isMark(frame, i)) {
				return i + MARK.length;
			}
		}
		return -1;
	}

	private static boolean isMark(ByteBuf frame, int at) {
		for (int i = 1; i < MARK.length; i++) {
			if (frame.getByte(at + i) != MARK[i]) {
				return false;
			}
		}
		return true;
	}

	/// Reads the stamp whose digits begin there.
	/// @throws NumberFormatException if there are none
	static Stamp read(ByteBuf frame, int at) {
		return new Stamp((int) hex(frame, at, 8), (int) hex(frame, at + 8, 8), hex(frame, at + 16, 16),
				hex(frame, at + 32, 16));
	}

	private static long hex(ByteBuf frame, int at, int digits) {
		long value = 0;
		for (int i = at; i < at + digits; i++) {
			value = value << 4 | HexFormat.fromHexDigit(frame.getByte(i));
		}
		return value;
	}

}
