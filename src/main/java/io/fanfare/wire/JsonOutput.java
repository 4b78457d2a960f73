package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;

/// Writes one JSON object's members as UTF-8, so that validated bytes can be embedded as
/// they are.
final class JsonOutput {

	private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

	private static final long MILLIS_PER_DAY = 86_400_000;

	private static final long END_OF_TIME = LocalDate.of(10_000, 1, 1).toEpochDay() * MILLIS_PER_DAY;

	private byte[] bytes;

	private int size;

	private boolean first = true;

	JsonOutput(int expectedSize) {
		this.bytes = new byte[expectedSize];
		put('{');
	}

	JsonOutput member(String name, String value) {
		name(name);
		string(value);
		return this;
	}

	/// Adds a string of two parts.
	/// @param plain what needs no escaping
	JsonOutput member(String name, String plain, String value) {
		name(name);
		put('"');
		ascii(plain);
		characters(value);
		put('"');
		return this;
	}

	/// Adds a string of text and numbers with hyphens between them.
	/// @param plain what needs no escaping
	/// @param first not negative, as the second
	JsonOutput member(String name, String plain, long first, long second) {
		name(name);
		put('"');
		ascii(plain);
		put('-');
		digits(first);
		put('-');
		digits(second);
		put('"');
		return this;
	}

	JsonOutput member(String name, long value) {
		name(name);
		ascii(Long.toString(value));
		return this;
	}

	JsonOutput member(String name, boolean value) {
		name(name);
		ascii(Boolean.toString(value));
		return this;
	}

	/// Adds a time of RFC 3339, with milliseconds where there are any, unless it lies
	/// before the epoch or after the year 9999, with which that format ends.
	/// @param millis milliseconds since the epoch
	JsonOutput time(String name, long millis) {
		if (millis < 0 || millis >= END_OF_TIME) {
			return this;
		}
		name(name);
		LocalDate date = LocalDate.ofEpochDay(millis / MILLIS_PER_DAY);
		int time = (int) (millis % MILLIS_PER_DAY);
		put('"');
		digits(date.getYear(), 1000);
		put('-');
		digits(date.getMonthValue(), 10);
		put('-');
		digits(date.getDayOfMonth(), 10);
		put('T');
		digits(time / 3_600_000, 10);
		put(':');
		digits(time / 60_000 % 60, 10);
		put(':');
		digits(time / 1000 % 60, 10);
		if (time % 1000 != 0) {
			put('.');
			digits(time % 1000, 100);
		}
		put('Z');
		put('"');
		return this;
	}

	/// Returns how many digits a number has that is not negative.
	static int length(long number) {
		int length = 1;
		for (long rest = number / 10; rest > 0; rest /= 10) {
			length++;
		}
		return length;
	}

	private void digits(long number) {
		int length = length(number);
		reserve(length);
		long rest = number;
		for (int i = this.size + length - 1; i >= this.size; i--) {
			this.bytes[i] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		this.size += length;
	}

	/// @param first value of the first digit
	private void digits(int number, int first) {
		for (int value = first; value > 0; value /= 10) {
			put((char) ('0' + number / value % 10));
		}
	}

	/// Adds a member whose value is JSON already.
	JsonOutput raw(String name, byte[] json) {
		name(name);
		put(json);
		return this;
	}

	JsonOutput base64(String name, byte[] value) {
		name(name);
		put('"');
		put(Base64.getEncoder().encode(value));
		put('"');
		return this;
	}

	/// Returns what is written so far: an object that is not closed yet.
	byte[] opening() {
		return (this.size == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.size);
	}

	byte[] end() {
		put('}');
		return opening();
	}

	/// Begins a member, whose value has to follow.
	void name(String name) {
		if (!this.first) {
			put(',');
		}
		this.first = false;
		put('"');
		ascii(name);
		put('"');
		put(':');
	}

	private void string(String value) {
		put('"');
		characters(value);
		put('"');
	}

	private void characters(String value) {
		int length = value.length();
		reserve(length);
		int i = 0;
		while (i < length && isPlain(value.charAt(i))) {
			this.bytes[this.size++] = (byte) value.charAt(i++);
		}
		if (i < length) {
			escaped(value, i);
		}
	}

	private static boolean isPlain(char c) {
		return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
	}

	private void escaped(String value, int from) {
		int plainFrom = from;
		for (int i = from; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c < 0x20 || c == '"' || c == '\\') {
				put(value.substring(plainFrom, i).getBytes(StandardCharsets.UTF_8));
				plainFrom = i + 1;
				escape(c);
			}
		}
		put(value.substring(plainFrom).getBytes(StandardCharsets.UTF_8));
	}

	private void escape(char c) {
		put('\\');
		if (c == '"' || c == '\\') {
			put(c);
			return;
		}
		ascii("u00");
		put((char) HEX[c >> 4]);
		put((char) HEX[c & 0xF]);
	}

	private void ascii(String text) {
		int length = text.length();
		reserve(length);
		for (int i = 0; i < length; i++) {
			this.bytes[this.size++] = (byte) text.charAt(i);
		}
	}

	private void put(char ascii) {
		reserve(1);
		this.bytes[this.size++] = (byte) ascii;
	}

	private void put(byte[] more) {
		reserve(more.length);
		System.arraycopy(more, 0, this.bytes, this.size, more.length);
		this.size += more.length;
	}

	private void reserve(int more) {
		if (this.bytes.length - this.size < more) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + more));
		}
	}

}
