package io.fanfare.session;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.fanfare.journal.Journal;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionStart;
import io.fanfare.wire.Cursor;
import org.jspecify.annotations.Nullable;

/// All sessions that are behind, with the journal they read on from. Resume and lag are the
/// same here: a session has a position, and asks for more when it has written what it had.
///
/// Threads: the log thread.
final class Replays {

	/// Frames handed over at a time; so that a busy lane cannot keep a session out
	/// for ever, one that needs no more than this goes live.
	private static final int MAX_FRAMES = 64;

	private static final long ENOUGH_BYTES = 64 * 1024;

	private final Journal journal;

	private final SessionProperties properties;

	private final InstantSource clock;

	private final ReplayFrames frames;

	private final LogView view = new LogView();

	/// Sessions that asked for more and wait for Head.
	private final Set<Session> waiting = new HashSet<>();

	private Set<Session> waitedAtLastLook = Set.of();

	Replays(Journal journal, SessionProperties properties, InstantSource clock) {
		this.journal = journal;
		this.properties = properties;
		this.clock = clock;
		this.frames = new ReplayFrames(clock);
	}

	void cluster(String clusterId) {
		this.view.cluster(clusterId);
	}

	void begin(List<PartitionStart> begun) {
		begun.forEach((start) -> this.journal.begin(start.partition(), start.first()));
	}

	void keep(LogRecord record, List<byte[]> recipients) {
		this.journal.append(record, recipients, this.clock.millis());
	}

	boolean isWarmUp(LogRecord record) {
		return record.offset() < this.view.end(record.slot());
	}

	void advance(HeadUpdate update) {
		this.view.apply(update);
	}

	/// Serves who waited for Head, which every event loop has been sent by now.
	void wake() {
		if (!this.waiting.isEmpty()) {
			List<Session> asking = new ArrayList<>(this.waiting);
			this.waiting.clear();
			asking.forEach(this::pull);
		}
	}

	/// Takes a new session in, at its cursor or at the end of the log.
	void attach(Session session, @Nullable Cursor cursor) {
		session.loop().prime(this.view);
		Replay.Start start = (cursor != null) ? CursorStart.of(cursor, session.claims(), this.view)
				: new Replay.Start(this.view.ends(), List.of());
		Replay replay = new Replay(session, start, cursor, this.view, this.journal, this.frames, this.properties);
		boolean live = cursor == null && !replay.isAhead(this.view);
		String places = live ? this.view.places(session.claims()) : replay.places(this.view);
		session.replay(live ? null : replay);
		session.loop().execute(() -> session.opened(live, cursor != null, places));
	}

	void lag(Session session, long[] from) {
		session.replay(new Replay(session, new Replay.Start(from, List.of()), null, this.view, this.journal,
				this.frames, this.properties));
	}

	void detach(Session session) {
		this.waiting.remove(session);
		session.replay(null);
	}

	/// Hands over what comes next, or waits for Head where there is nothing and the
	/// session is ahead of this replica.
	void pull(Session session) {
		Replay replay = session.replay();
		if (replay == null) {
			return;
		}
		Pulled pulled = replay.pull(this.view, MAX_FRAMES, ENOUGH_BYTES);
		if (!pulled.live() && pulled.frames().isEmpty() && pulled.gaps().isEmpty()) {
			this.waiting.add(session);
			return;
		}
		if (pulled.live()) {
			session.replay(null);
		}
		session.loop().execute(() -> session.pulled(pulled));
	}

	/// Looks at sessions that wait ahead of this replica.
	/// @param ends read-committed ends by slot, -1 where none is known; asked for
	/// after the look before, so that they are later than the cursors of whoever
	/// waited then
	void ends(long[] ends) {
		for (Session session : this.waitedAtLastLook) {
			Replay replay = session.replay();
			if (replay != null && this.waiting.contains(session)) {
				replay.resetTo(this.view, ends);
			}
		}
		this.waitedAtLastLook = Set.copyOf(this.waiting);
		wake();
	}

}
