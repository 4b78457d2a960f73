package io.fanfare.session;

import java.time.InstantSource;

import io.fanfare.journal.Journal;

/// Where sessions that are behind find what they need, and how far they may go for it.
///
/// @param view the log as the log thread knows it
/// @param journal the recent log
/// @param backlog what is older
/// @param frames frames of entries
/// @param clock what times of gaps are taken from
/// @param maxRecords records that one resume or lag replays at most
/// @param maxBytes bytes of records that one resume or lag replays at most
/// @param maxDistance records before the journal that are looked through at most
record ReplaySources(LogView view, Journal journal, Backlog backlog, ReplayFrames frames, InstantSource clock,
		long maxRecords, long maxBytes, long maxDistance) {

	/// Whether what lies that many offsets before the journal is read back.
	boolean isReadBack(long distance) {
		return this.backlog.isOpen() && distance <= this.maxDistance;
	}

	/// Returns the time in milliseconds since the epoch.
	long now() {
		return this.clock.millis();
	}

}
