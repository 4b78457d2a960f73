package io.fanfare.socket;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// An upgrade request that is well-formed, and its token.
///
/// @param token the bearer token, or `null` where there is none
/// @param tokenAsSubprotocol whether the token came as a subprotocol entry, as from a browser
/// @param subprotocol whether the client offers [#SUBPROTOCOL], which is then selected
record UpgradeRequest(@Nullable String token, boolean tokenAsSubprotocol, boolean subprotocol) {

	/// CloudEvents WebSockets binding §3.2: structured JSON events in text frames.
	static final String SUBPROTOCOL = "cloudevents.json";

	private static final String TOKEN_ENTRY = "bearer.";

	private static final String SCHEME = "bearer ";

	private static final int KEY_BYTES = 16;

	/// Reads a request.
	/// @return the request or the [Refusal] it deserves
	static Outcome of(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		if (!HttpMethod.GET.equals(request.getMethod())) {
			return new Refused(Refusal.METHOD);
		}
		if (!"websocket".equalsIgnoreCase(headers.getUpgrade()) || !isConnectionUpgrade(headers)
				|| !"13".equals(headers.getFirst("Sec-WebSocket-Version"))) {
			return new Refused(Refusal.NO_UPGRADE);
		}
		if (!isKey(headers.getFirst("Sec-WebSocket-Key"))) {
			return new Refused(Refusal.BAD_HANDSHAKE);
		}
		return tokens(headers, entries(headers, "Sec-WebSocket-Protocol"));
	}

	private static Outcome tokens(HttpHeaders headers, List<String> offered) {
		boolean subprotocol = offered.contains(SUBPROTOCOL);
		if (!offered.isEmpty() && !subprotocol) {
			return new Refused(Refusal.BAD_SUBPROTOCOL);
		}
		List<String> asEntry = after(TOKEN_ENTRY, offered, false);
		List<String> asHeader = after(SCHEME, headers.getOrEmpty(HttpHeaders.AUTHORIZATION), true);
		if (asEntry.size() + asHeader.size() > 1) {
			return new Refused(Refusal.TWO_TOKENS);
		}
		if (!asEntry.isEmpty()) {
			return new Parsed(new UpgradeRequest(asEntry.getFirst(), true, subprotocol));
		}
		return new Parsed(
				new UpgradeRequest(asHeader.isEmpty() ? null : asHeader.getFirst().strip(), false, subprotocol));
	}

	/// Returns what follows the prefix in those values that begin with it.
	private static List<String> after(String prefix, List<String> values, boolean ignoreCase) {
		List<String> found = new ArrayList<>(1);
		for (String value : values) {
			if (value.regionMatches(ignoreCase, 0, prefix, 0, prefix.length())) {
				found.add(value.substring(prefix.length()));
			}
		}
		return found;
	}

	private static boolean isConnectionUpgrade(HttpHeaders headers) {
		return entries(headers, HttpHeaders.CONNECTION).stream().anyMatch("upgrade"::equalsIgnoreCase);
	}

	private static boolean isKey(@Nullable String key) {
		try {
			return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/// A list header is one list, whether it came in one line or several (RFC 9110 §5.3).
	private static List<String> entries(HttpHeaders headers, String name) {
		List<String> entries = new ArrayList<>();
		for (String line : headers.getOrEmpty(name)) {
			for (String entry : line.split(",", -1)) {
				if (!entry.isBlank()) {
					entries.add(entry.strip());
				}
			}
		}
		return entries;
	}

	/// What a request turned out to be.
	sealed interface Outcome {

	}

	/// A well-formed request.
	record Parsed(UpgradeRequest request) implements Outcome {
	}

	/// A request that is answered before anything else is looked at.
	record Refused(Refusal refusal) implements Outcome {
	}

}
