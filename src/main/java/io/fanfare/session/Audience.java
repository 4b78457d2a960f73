package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;

/// What addresses a session, by its token's claims.
///
/// @param addresses claims and values
/// @param claims the claims among them
/// @param cursorPart second part of the session's cursors, ASCII
record Audience(Set<Address> addresses, Set<String> claims, byte[] cursorPart) {

	static Audience of(Set<Address> addresses) {
		return new Audience(addresses, addresses.stream().map(Address::claim).collect(Collectors.toUnmodifiableSet()),
				Cursor.addressPart(addresses).getBytes(StandardCharsets.US_ASCII));
	}

}
