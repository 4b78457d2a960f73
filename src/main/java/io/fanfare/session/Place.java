package io.fanfare.session;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/// One reserved place for a session of one user, given back once. Safe for use by several
/// threads.
public final class Place {

	private final Sessions sessions;

	private final String user;

	private final AtomicBoolean released = new AtomicBoolean();

	Place(Sessions sessions, String user) {
		this.sessions = sessions;
		this.user = user;
	}

	/// Returns whose place it is.
	public String user() {
		return this.user;
	}

	/// Gives the place back. Further calls do nothing.
	public void release() {
		release(null);
	}

	void release(@Nullable Session session) {
		if (this.released.compareAndSet(false, true)) {
			this.sessions.release(this.user, session);
		}
	}

}
