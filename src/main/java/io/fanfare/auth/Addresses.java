package io.fanfare.auth;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.fanfare.notification.Address;
import io.fanfare.notification.TopicBindings;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.jwt.Jwt;

/// Claims to addresses: each non-empty string, and each in an array of strings, of each claim
/// that some topic is addressed by. Anything else addresses nothing.
final class Addresses {

	private final Set<String> claims;

	private final boolean anyToEveryone;

	Addresses(TopicBindings bindings) {
		this.claims = bindings.claims();
		this.anyToEveryone = bindings.anyToEveryone();
	}

	/// Returns the addresses of a token, without repeats.
	Set<Address> of(Jwt token) {
		Set<Address> addresses = new LinkedHashSet<>();
		for (String claim : this.claims) {
			for (Object value : values(token.getClaims().get(claim))) {
				if (value instanceof String text && !text.isEmpty() && isWellFormed(text)) {
					addresses.add(new Address(claim, text));
				}
			}
		}
		if (this.anyToEveryone) {
			addresses.add(Address.EVERYONE);
		}
		return addresses;
	}

	/// Java encodes an unpaired surrogate as a question mark, so that distinct values
	/// would meet.
	static boolean isWellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isSurrogate(c)) {
				boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
						&& Character.isLowSurrogate(text.charAt(i + 1));
				if (!pair) {
					return false;
				}
				i++;
			}
		}
		return true;
	}

	private static Collection<?> values(@Nullable Object claim) {
		if (claim instanceof Collection<?> collection) {
			return collection;
		}
		return (claim != null) ? List.of(claim) : List.of();
	}

}
