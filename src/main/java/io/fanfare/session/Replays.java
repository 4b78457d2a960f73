package io.fanfare.session;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

import io.fanfare.journal.Journal;
import io.fanfare.journal.JournalProperties;
import io.fanfare.journal.OlderLog;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All sessions that are behind, with the journal they read on from. Resume and lag are the
/// same here: a session has a position, and asks for more when it has written what it had.
///
/// Threads: the log thread.
final class Replays {

	private static final Logger logger = LoggerFactory.getLogger(Replays.class);

	/// Frames handed over at a time; so that a busy lane cannot keep a session out
	/// for ever, one that needs no more than this goes live.
	private static final int MAX_FRAMES = 64;

	private static final long ENOUGH_BYTES = 64 * 1024;

	private final Journal journal;

	private final OlderLog log;

	private final Executor logThread;

	private final Executor later;

	private final InstantSource clock;

	private final LogView view = new LogView();

	private final Backlog backlog;

	private final Misplaced misplaced;

	private final ReplaySources sources;

	/// Sessions that asked for more and wait for Head.
	private final Set<Session> ahead = new HashSet<>();

	private Set<Session> aheadAtLastLook = Set.of();

	/// Read by the scrape, roughly.
	private int behind;

	Replays(SessionProperties properties, Executor logThread, Executor later, Journal journal, OlderLog log,
			JournalProperties journalProperties, Recipients recipients, InstantSource clock, MeterRegistry registry) {
		this.journal = journal;
		this.log = log;
		this.logThread = logThread;
		this.later = later;
		this.clock = clock;
		this.misplaced = new Misplaced(registry);
		this.backlog = new Backlog(log, this.view, recipients, journalProperties.catchUpReaders(), logThread,
				this::serve, registry);
		this.sources = new ReplaySources(this.view, journal, this.backlog, new ReplayFrames(recipients, clock), clock,
				properties.replayMaxRecords(), properties.replayMaxBytes().toBytes(),
				journalProperties.catchUpMaxRecords());
		FanfareMeter.SESSIONS_BEHIND.gauge(registry, this, (replays) -> replays.behind);
	}

	void cluster(String clusterId) {
		this.view.cluster(clusterId);
	}

	void begin(List<PartitionStart> begun) {
		begun.forEach((start) -> this.journal.begin(start.partition(), start.first()));
	}

	/// Keeps a record for sessions that are behind.
	/// @param now time of arrival, in milliseconds since the epoch
	/// @return whether it is one that they do not look for
	boolean keep(LogRecord record, List<byte[]> recipients, long now) {
		this.journal.append(record, recipients, now);
		return record.binding().isPartitionedByAddress()
				&& this.misplaced.look(record, this.view.topic(record.slot()), recipients, now);
	}

	boolean isWarmUp(LogRecord record) {
		return record.offset() < this.view.end(record.slot());
	}

	void advance(HeadUpdate update) {
		for (int slot : this.view.apply(update)) {
			this.ahead.addAll(this.backlog.abandon(this.view.predecessor(slot)));
		}
	}

	/// Serves who waited for Head, which every event loop has been sent by now.
	void headMoved() {
		if (!this.ahead.isEmpty()) {
			this.ahead.forEach(this::serve);
		}
	}

	/// Serves a session, in its turn, if it still waits then.
	private void serve(Session session) {
		Replay replay = session.replay();
		if (replay == null || !replay.isAsking() || replay.isToBeServed()) {
			return;
		}
		replay.toBeServed(true);
		this.later.execute(() -> {
			replay.toBeServed(false);
			if (session.replay() == replay && replay.isAsking()) {
				pull(session);
			}
		});
	}

	/// Takes a new session in.
	void attach(Session session, Beginning beginning) {
		session.loop().prime(this.view);
		switch (beginning) {
			case Beginning.Now() -> attachNow(session);
			case Beginning.At(Cursor cursor) -> attachBehind(session, CursorPositions.of(cursor,
					session.indexed().addresses(), this.view, this.misplaced, this.clock.millis()), cursor);
			case Beginning.Since(Instant time) -> attachSince(session, time);
		}
	}

	private void attachNow(Session session) {
		if (!this.view.isPastEnds()) {
			Replay replay = new Replay(session, Positions.of(this.view.ends(), this.view.time()), null, false,
					this.sources);
			if (replay.isAhead()) {
				open(session, replay, false);
				return;
			}
		}
		byte[] places = this.view.places(session.indexed().claims(), session.indexed().addresses(), 0);
		session.loop().executeInOrder(session, () -> session.opened(true, false, places));
	}

	private void attachBehind(Session session, Positions positions, @Nullable Cursor cursor) {
		open(session, new Replay(session, positions, cursor, false, this.sources), cursor != null);
	}

	/// Asks the log where the time begins; until then the session is not offered
	/// anything, and hears nothing.
	private void attachSince(Session session, Instant time) {
		Positions from = Positions.of(this.view.ends(), this.view.time());
		this.behind++;
		session.replay(new Replay(session, from, null, false, this.sources));
		int[] lanes = this.view.lanes(session.indexed().claims(), session.indexed().addresses()).toArray();
		List<PartitionId> partitions = Arrays.stream(lanes).mapToObj(this.view::partition).toList();
		// The outcome is taken on the log thread, whichever it is.
		var _ = this.log.find(partitions, time).whenComplete((found, ex) -> this.logThread.execute(() -> {
			if (session.replay() == null) {
				return;
			}
			if (found == null) {
				logger.debug("Could not find {} in the log", time, ex);
				session.endLater(CloseCode.OVERLOAD);
				return;
			}
			attachBehind(session, since(session, time, lanes, found), null);
		}));
	}

	private Positions since(Session session, Instant time, int[] lanes, List<OlderLog.Found> found) {
		long[] next = this.view.head();
		List<Gap> gaps = new ArrayList<>();
		for (int i = 0; i < lanes.length; i++) {
			OlderLog.Found place = found.get(i);
			next[lanes[i]] = place.offset();
			if (place.beginning() > 0 && place.offset() <= place.beginning()) {
				PartitionId partition = this.view.partition(lanes[i]);
				gaps.add(new Gap(Gap.Reason.RETENTION, partition.binding().topic(), partition.partition(), 0,
						place.beginning(), time.toEpochMilli(), this.clock.millis(), -1));
			}
		}
		gaps.addAll(missed(session, new long[0], time.toEpochMilli()));
		return new Positions(next, Positions.unknownEpochs(next.length), time.toEpochMilli(), gaps);
	}

	private void open(Session session, Replay replay, boolean resumed) {
		this.behind += (session.replay() == null) ? 1 : 0;
		session.replay(replay);
		byte[] places = replay.places();
		session.loop().executeInOrder(session, () -> session.opened(false, resumed, places));
	}

	/// @param from next offset by slot
	/// @param time time of the newest record before, in milliseconds since the epoch
	void lag(Session session, long[] from, long time) {
		this.behind++;
		Positions positions = new Positions(from, Positions.unknownEpochs(from.length), time,
				missed(session, from, time));
		session.replay(new Replay(session, positions, null, true, this.sources));
	}

	/// @param from next offset by slot
	private List<Gap> missed(Session session, long[] from, long time) {
		Audience audience = session.indexed();
		return this.misplaced.missed(this.view, audience.claims(),
				this.view.lanes(audience.claims(), audience.addresses()),
				(slot) -> (slot < from.length) ? from[slot] : 0, time, this.clock.millis());
	}

	/// The session has other addresses from here on.
	void refresh(Session session) {
		Replay replay = session.replay();
		if (replay != null) {
			replay.refresh();
		}
		byte[] places = (replay != null) ? replay.places() : null;
		Audience fresh = session.indexed();
		session.loop().executeInOrder(session, () -> session.refreshed(fresh, places));
	}

	void detach(Session session) {
		this.ahead.remove(session);
		this.backlog.forget(session);
		goneLive(session);
	}

	private void goneLive(Session session) {
		if (session.replay() != null) {
			this.behind--;
			session.replay(null);
		}
	}

	/// Hands over what comes next, or notes that the session waits for it.
	void pull(Session session) {
		Replay replay = session.replay();
		if (replay == null) {
			return;
		}
		Pulled pulled;
		try {
			pulled = replay.pull(MAX_FRAMES, ENOUGH_BYTES);
		}
		catch (RuntimeException | StackOverflowError ex) {
			logger.error("Reading on for session {} failed", session.id(), ex);
			session.endLater(CloseCode.INTERNAL_ERROR);
			return;
		}
		boolean nothing = pulled.isNothing();
		replay.asking(nothing);
		if (nothing && replay.isAhead()) {
			this.ahead.add(session);
		}
		else {
			this.ahead.remove(session);
		}
		if (pulled.live()) {
			goneLive(session);
			this.backlog.forget(session);
		}
		else {
			this.backlog.served(session, replay);
		}
		if (!nothing) {
			session.loop().executeInOrder(session, () -> session.pulled(pulled));
		}
	}

	/// Looks at sessions that wait.
	/// @param ends read-committed ends by slot, -1 where none is known; asked for
	/// after the look before, so that they are later than the cursors of whoever
	/// waited then
	void ends(long[] ends) {
		for (Session session : this.aheadAtLastLook) {
			Replay replay = session.replay();
			if (replay != null && this.ahead.contains(session)) {
				replay.resetTo(ends);
			}
		}
		this.aheadAtLastLook = Set.copyOf(this.ahead);
		headMoved();
		// Behind those who are to be served first.
		this.later.execute(this.backlog::look);
	}

}
