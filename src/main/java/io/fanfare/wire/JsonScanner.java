package io.fanfare.wire;

/// Looks over bytes, and makes nothing of them: whether they are one JSON value of RFC 8259 in
/// RFC 3629 UTF-8 without a byte order mark.
///
/// A parser would make text, tokens and numbers that nobody reads, for every record.
final class JsonScanner {

	/// Arrays and objects in each other at most, as of the parser.
	private static final int MAX_DEPTH = 500;

	/// Characters of a number at most, as of the parser: a longer one takes long to read.
	private static final int MAX_NUMBER = 1000;

	private static final int END = -1;

	private final byte[] bytes;

	private int at;

	private JsonScanner(byte[] bytes) {
		this.bytes = bytes;
	}

	static boolean isOneValue(byte[] bytes) {
		JsonScanner scanner = new JsonScanner(bytes);
		return scanner.value(0) && scanner.next() == END;
	}

	private boolean value(int depth) {
		int first = next();
		int from = this.at++;
		return switch (first) {
			case '"' -> string();
			case '{' -> depth < MAX_DEPTH && object(depth + 1);
			case '[' -> depth < MAX_DEPTH && array(depth + 1);
			case 't' -> literal('r', 'u', 'e');
			case 'f' -> literal('a', 'l', 's', 'e');
			case 'n' -> literal('u', 'l', 'l');
			case '-' -> number(take()) && this.at - from <= MAX_NUMBER;
			default -> number(first) && this.at - from <= MAX_NUMBER;
		};
	}

	private boolean object(int depth) {
		if (takes('}')) {
			return true;
		}
		do {
			if (!takes('"') || !string() || !takes(':') || !value(depth)) {
				return false;
			}
		}
		while (takes(','));
		return takes('}');
	}

	private boolean array(int depth) {
		if (takes(']')) {
			return true;
		}
		do {
			if (!value(depth)) {
				return false;
			}
		}
		while (takes(','));
		return takes(']');
	}

	/// Moves behind a string whose first quotation mark is taken.
	private boolean string() {
		for (;;) {
			int c = take();
			if (c == '"') {
				return true;
			}
			if (c < ' ' || (c == '\\' && !escape()) || (c >= 0x80 && !multiByte(c))) {
				return false;
			}
		}
	}

	private boolean escape() {
		return switch (take()) {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
			case 'u' -> hex(4);
			default -> false;
		};
	}

	/// Moves behind a character of several bytes: RFC 3629 §4.
	private boolean multiByte(int first) {
		if (first >= 0xC2 && first <= 0xDF) {
			return continues(0x80, 0xBF);
		}
		if (first >= 0xE0 && first <= 0xEF) {
			return continues((first == 0xE0) ? 0xA0 : 0x80, (first == 0xED) ? 0x9F : 0xBF) && continues(0x80, 0xBF);
		}
		return first >= 0xF0 && first <= 0xF4 && continues((first == 0xF0) ? 0x90 : 0x80, (first == 0xF4) ? 0x8F : 0xBF)
				&& continues(0x80, 0xBF) && continues(0x80, 0xBF);
	}

	private boolean continues(int from, int to) {
		int c = take();
		return c >= from && c <= to;
	}

	/// Moves behind a number whose first digit is taken.
	private boolean number(int first) {
		if (!isDigit(first)) {
			return false;
		}
		if (first != '0') {
			digits();
		}
		if (peek() == '.') {
			this.at++;
			if (!digits()) {
				return false;
			}
		}
		if (peek() == 'e' || peek() == 'E') {
			this.at++;
			if (peek() == '+' || peek() == '-') {
				this.at++;
			}
			return digits();
		}
		return true;
	}

	private boolean digits() {
		int from = this.at;
		while (isDigit(peek())) {
			this.at++;
		}
		return this.at > from;
	}

	private boolean hex(int count) {
		for (int i = 0; i < count; i++) {
			if (!isHex(take())) {
				return false;
			}
		}
		return true;
	}

	private boolean literal(char... rest) {
		for (char expected : rest) {
			if (take() != expected) {
				return false;
			}
		}
		return true;
	}

	/// Returns the next byte that is no white space.
	private int next() {
		int c = peek();
		while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
			this.at++;
			c = peek();
		}
		return c;
	}

	/// Moves behind a character, and white space before it, where that comes next.
	private boolean takes(char expected) {
		if (next() != expected) {
			return false;
		}
		this.at++;
		return true;
	}

	private int take() {
		int c = peek();
		this.at++;
		return c;
	}

	private int peek() {
		return (this.at < this.bytes.length) ? this.bytes[this.at] & 0xFF : END;
	}

	private static boolean isDigit(int c) {
		return c >= '0' && c <= '9';
	}

	private static boolean isHex(int c) {
		return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	}

}
