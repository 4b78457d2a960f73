package io.fanfare.session;

/// Those of an address's sessions that one event loop has, as they were at one time: what a
/// record for many is handed over with, so that the log thread need not pass each of them.
///
/// Some may be behind. They are not offered anything: a session that is live on its event loop
/// is so on the log thread.
///
/// @param loop the event loop
/// @param sessions its sessions, not to be changed
record Roster(SessionLoop loop, Session[] sessions) {

	boolean contains(Session session) {
		for (Session each : this.sessions) {
			if (each == session) {
				return true;
			}
		}
		return false;
	}

}
