package io.fanfare.wire;

import java.util.Locale;

/// A media type with its parameters (RFC 2045 §5.1, RFC 9110 §8.3.1), as far as data is
/// embedded by it.
///
/// @param text the header as it came, without white space around it: parameters such as a
/// boundary are case sensitive
/// @param mediaType type and subtype in lower case
/// @param charset the `charset` parameter in lower case, empty where there is none
record ContentType(String text, String mediaType, String charset) {

	static ContentType parse(String header) {
		String text = header.strip();
		int end = end(text, 0);
		String charset = "";
		for (int from = end + 1; from < text.length() && charset.isEmpty(); from = end + 1) {
			end = end(text, from);
			String parameter = text.substring(from, end).strip();
			int equals = parameter.indexOf('=');
			if (equals > 0 && parameter.substring(0, equals).strip().equalsIgnoreCase("charset")) {
				charset = unquoted(parameter.substring(equals + 1).strip()).toLowerCase(Locale.ROOT);
			}
		}
		return new ContentType(text, text.substring(0, end(text, 0)).strip().toLowerCase(Locale.ROOT), charset);
	}

	/// Whether data of this type is JSON (CloudEvents JSON format §3.1).
	boolean isJson() {
		String subtype = this.mediaType.substring(this.mediaType.indexOf('/') + 1);
		return subtype.equals("json") || subtype.endsWith("+json");
	}

	/// Whether a declared charset, if any, is UTF-8.
	boolean isUtf8() {
		return this.charset.isEmpty() || this.charset.equals("utf-8");
	}

	/// Returns where a part that begins there ends: at a semicolon outside quotes.
	private static int end(String text, int from) {
		boolean quoted = false;
		for (int i = from; i < text.length(); i++) {
			char c = text.charAt(i);
			if (quoted && c == '\\') {
				i++;
			}
			else if (c == '"') {
				quoted = !quoted;
			}
			else if (c == ';' && !quoted) {
				return i;
			}
		}
		return text.length();
	}

	private static String unquoted(String value) {
		boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
		return quoted ? value.substring(1, value.length() - 1) : value;
	}

}
