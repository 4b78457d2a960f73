package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;

/// What addresses a session, by its token's claims.
///
/// @param addresses claims and values
/// @param claims the claims among them, the same set for all audiences that have the same
/// @param cursorPart second part of the session's cursors, ASCII
record Audience(Set<Address> addresses, Set<String> claims, byte[] cursorPart) {

	/// As many as there are combinations of the claims that address anything and that
	/// some token has.
	private static final Map<Set<String>, Set<String>> CLAIMS = new ConcurrentHashMap<>();

	static Audience of(Set<Address> addresses) {
		Set<String> claims = addresses.stream().map(Address::claim).collect(Collectors.toUnmodifiableSet());
		return new Audience(addresses, CLAIMS.computeIfAbsent(claims, (same) -> same),
				Cursor.addressPart(addresses).getBytes(StandardCharsets.US_ASCII));
	}

}
