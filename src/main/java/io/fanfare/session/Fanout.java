package io.fanfare.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionStart;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;

/// Hands the records of one batch to the sessions they address, one task per event loop.
///
/// Threads: on the log thread.
public final class Fanout {

	/// Deliveries to one event loop after which a batch is sent early, so that the loop
	/// does not wait for the end of a batch of broadcasts.
	private static final int MAX_OPEN_DELIVERIES = 65_536;

	/// Sessions of an address from which on a record for that address alone is handed
	/// over for all of them at once.
	static final int ROSTER_FROM = 4;

	private final SessionIndex index;

	private final List<SessionLoop> loops;

	private final Replays replays;

	private long record;

	Fanout(SessionIndex index, List<SessionLoop> loops, Replays replays) {
		this.index = index;
		this.loops = loops;
		this.replays = replays;
	}

	/// Returns the sessions that have the claim with exactly these bytes as a
	/// value, or `null` where there are none.
	public @Nullable SessionSet find(String claim, byte[] value) {
		return this.index.find(claim, value);
	}

	/// Adds a frame for every session of the set to the open batch.
	public void offer(SessionSet sessions, Frame frame) {
		if (sessions.size() >= ROSTER_FROM) {
			for (Roster roster : sessions.rosters()) {
				roster.loop().add(roster, frame);
				postEarlyWhereMany(roster.loop());
			}
			return;
		}
		for (int i = 0; i < sessions.size(); i++) {
			add(sessions.get(i), frame);
		}
	}

	/// Adds a frame once for every session that is in one of the sets.
	public void offer(List<SessionSet> sets, Frame frame) {
		if (sets.size() == 1) {
			offer(sets.getFirst(), frame);
			return;
		}
		this.record++;
		for (SessionSet sessions : sets) {
			for (int i = 0; i < sessions.size(); i++) {
				if (sessions.get(i).takes(this.record)) {
					add(sessions.get(i), frame);
				}
			}
		}
	}

	/// Notes partitions that begin to be read, before their first record.
	public void begin(List<PartitionStart> begun) {
		this.replays.begin(begun);
	}

	/// Keeps a record for sessions that are behind.
	/// @param recipients raw addresses, one empty for everyone
	/// @param now time of arrival, in milliseconds since the epoch
	public void keep(LogRecord record, List<byte[]> recipients, long now) {
		if (!this.replays.keep(record, recipients, now)) {
			return;
		}
		byte[] address = recipients.getFirst();
		SessionSet sessions = find(record.binding().addressBy(), address);
		for (int i = 0; sessions != null && i < sessions.size(); i++) {
			Replay replay = sessions.get(i).replay();
			if (replay != null) {
				replay.misses(record.slot(), address, record.offset());
			}
		}
	}

	/// Whether a record was in the log before this replica began to read.
	public boolean isWarmUp(LogRecord record) {
		return this.replays.isWarmUp(record);
	}

	/// Sends the open batch to every event loop, with which Head moves there.
	/// @param done run once, when the last event loop has finished, there or here
	public void send(HeadUpdate update, Runnable done) {
		this.replays.advance(update);
		SessionLoop[] targets = this.loops.toArray(SessionLoop[]::new);
		if (targets.length == 0) {
			done.run();
		}
		AtomicInteger unfinished = new AtomicInteger(targets.length);
		for (SessionLoop loop : targets) {
			loop.post(update, () -> {
				if (unfinished.decrementAndGet() == 0) {
					done.run();
				}
			});
		}
		this.replays.headMoved();
	}

	private void add(Session session, Frame frame) {
		if (session.replay() != null) {
			return;
		}
		SessionLoop loop = session.loop();
		loop.add(session, frame);
		postEarlyWhereMany(loop);
	}

	private static void postEarlyWhereMany(SessionLoop loop) {
		if (loop.openDeliveries() >= MAX_OPEN_DELIVERIES) {
			loop.postEarly();
		}
	}

}
