package io.fanfare.session;

/// Those of an address's sessions that one event loop has, as they were at one time: what a
/// record for many is handed over with, so that the log thread need not pass each of them.
///
/// Some may be behind. They are offered what comes as well and refuse it: who is live on the
/// event loop was so on the log thread when the batch was handed over, as what makes a session
/// live and the batches come to the event loop in the order in which they were posted.
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
