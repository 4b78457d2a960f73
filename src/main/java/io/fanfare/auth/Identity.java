package io.fanfare.auth;

import java.time.Instant;
import java.util.Set;

import io.fanfare.notification.Address;

/// Who a token speaks for.
///
/// @param user the `sub` claim
/// @param addresses what addresses the user's sessions
/// @param expiresAt the `exp` claim
/// @param endsAt when a session with this token ends: `exp` plus the clock skew
public record Identity(String user, Set<Address> addresses, Instant expiresAt, Instant endsAt) {

	public Identity {
		addresses = Set.copyOf(addresses);
	}

}
