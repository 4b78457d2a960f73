package io.fanfare.audit;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One client: a user has one or two, each with a cursor of its own.
///
/// @param name name of the client
/// @param user the user, `sub` of the token
/// @param groups the user's groups
/// @param steady whether it never leaves, stalls or is cut off by itself
/// @param joinsAt share of the notifications that is published before it first connects
record Tab(String name, String user, List<String> groups, boolean steady, double joinsAt) {

	/// Returns who may be addressed for it to receive a notification.
	Set<String> addresses() {
		return Stream.concat(Stream.of(this.user, Population.EVERYONE), this.groups.stream())
			.collect(Collectors.toUnmodifiableSet());
	}

}
