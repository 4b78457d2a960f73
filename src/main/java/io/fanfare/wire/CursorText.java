package io.fanfare.wire;

import java.nio.charset.StandardCharsets;

/// A cursor as it is written, in the two parts that change apart: where a session is, which all
/// with the same claims share, and what addresses it.
///
/// @param places first part, base64url
/// @param addresses second part, base64url
public record CursorText(byte[] places, byte[] addresses) {

	/// Returns how many characters the whole cursor has.
	int length() {
		return this.places.length + 1 + this.addresses.length;
	}

	void writeTo(Frame.Sink sink) {
		sink.put(this.places, this.places.length);
		sink.put(Cursor.SEPARATOR);
		sink.put(this.addresses, this.addresses.length);
	}

	@Override
	public String toString() {
		return new String(this.places, StandardCharsets.US_ASCII) + Cursor.SEPARATOR
				+ new String(this.addresses, StandardCharsets.US_ASCII);
	}

}
