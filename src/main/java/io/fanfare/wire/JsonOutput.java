package io.fanfare.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Writes one JSON object's members as UTF-8, so that validated bytes can be embedded as
/// they are.
final class JsonOutput {

	private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

	private final ByteArrayOutputStream bytes;

	private boolean first = true;

	JsonOutput(int expectedSize) {
		this.bytes = new ByteArrayOutputStream(expectedSize);
		this.bytes.write('{');
	}

	JsonOutput member(String name, String value) {
		name(name);
		string(value);
		return this;
	}

	JsonOutput member(String name, long value) {
		name(name);
		this.bytes.writeBytes(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
		return this;
	}

	JsonOutput member(String name, boolean value) {
		name(name);
		this.bytes.writeBytes(Boolean.toString(value).getBytes(StandardCharsets.US_ASCII));
		return this;
	}

	/// Adds a member whose value is JSON already.
	JsonOutput raw(String name, byte[] json) {
		name(name);
		this.bytes.writeBytes(json);
		return this;
	}

	JsonOutput base64(String name, byte[] value) {
		name(name);
		this.bytes.write('"');
		this.bytes.writeBytes(Base64.getEncoder().encode(value));
		this.bytes.write('"');
		return this;
	}

	byte[] end() {
		this.bytes.write('}');
		return this.bytes.toByteArray();
	}

	private void name(String name) {
		if (!this.first) {
			this.bytes.write(',');
		}
		this.first = false;
		string(name);
		this.bytes.write(':');
	}

	private void string(String value) {
		this.bytes.write('"');
		int plainFrom = 0;
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c < 0x20 || c == '"' || c == '\\') {
				plain(value, plainFrom, i);
				plainFrom = i + 1;
				escape(c);
			}
		}
		plain(value, plainFrom, value.length());
		this.bytes.write('"');
	}

	private void plain(String value, int from, int to) {
		if (to > from) {
			this.bytes.writeBytes(value.substring(from, to).getBytes(StandardCharsets.UTF_8));
		}
	}

	private void escape(char c) {
		this.bytes.write('\\');
		if (c == '"' || c == '\\') {
			this.bytes.write(c);
			return;
		}
		this.bytes.write('u');
		this.bytes.write('0');
		this.bytes.write('0');
		this.bytes.write(HEX[c >> 4]);
		this.bytes.write(HEX[c & 0xF]);
	}

}
