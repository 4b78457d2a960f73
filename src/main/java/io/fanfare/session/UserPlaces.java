package io.fanfare.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.fanfare.session.SessionProperties.UserLimitPolicy;
import org.jspecify.annotations.Nullable;

/// How many places each user has taken, and by which sessions. Safe for use by several
/// threads; every change of one user's entry is atomic.
final class UserPlaces {

	private final Map<String, Entry> byUser = new ConcurrentHashMap<>();

	private final int max;

	private final UserLimitPolicy policy;

	UserPlaces(int max, UserLimitPolicy policy) {
		this.max = max;
		this.policy = policy;
	}

	/// Takes one place.
	/// @param displaced told the session that has to go, if one has to
	/// @return whether there was a place
	boolean take(String user, Displaced displaced) {
		boolean[] taken = new boolean[1];
		this.byUser.compute(user, (name, known) -> {
			Entry entry = (known != null) ? known : new Entry();
			Session oldest = null;
			if (entry.taken >= this.max) {
				oldest = entry.sessions.pollFirst();
				if (oldest == null) {
					return entry;
				}
			}
			entry.taken++;
			taken[0] = true;
			if (oldest != null) {
				displaced.displaced(oldest);
			}
			return entry;
		});
		return taken[0];
	}

	/// Notes whose session took the place, where the oldest may have to go for a newer
	/// one.
	void opened(Session session) {
		if (this.policy == UserLimitPolicy.DISPLACE) {
			this.byUser.computeIfPresent(session.user(), (name, entry) -> {
				entry.sessions.addLast(session);
				return entry;
			});
		}
	}

	/// Gives one place back.
	void release(String user, @Nullable Session session) {
		this.byUser.computeIfPresent(user, (name, entry) -> {
			if (session != null && this.policy == UserLimitPolicy.DISPLACE) {
				entry.sessions.remove(session);
			}
			return (--entry.taken == 0) ? null : entry;
		});
	}

	/// Told a session that has to make room.
	interface Displaced {

		void displaced(Session session);

	}

	private static final class Entry {

		private int taken;

		/// Oldest first; stays empty where nobody is displaced.
		private final Deque<Session> sessions = new ArrayDeque<>(0);

	}

}
