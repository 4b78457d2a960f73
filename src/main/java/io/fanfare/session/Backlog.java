package io.fanfare.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.fanfare.journal.Journal;
import io.fanfare.journal.OlderLog;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// What is older than the journal, read back for everybody who needs it.
///
/// One pass over a partition serves all sessions that wait there, however many: it begins at the
/// lowest offset that is wanted, and goes on when those who need its records have taken them.
/// A session that does not take them within two looks is left behind and comes again at its own
/// offset. Passes are few at once; each holds some mebibytes.
///
/// Threads: the log thread.
final class Backlog {

	/// Bytes of records after which a pass makes room for one over another partition.
	private static final long MAX_PASS_BYTES = 64L * 1024 * 1024;

	/// A segment forgets by bytes alone.
	private static final Duration SEGMENT_AGE = Duration.ofDays(1);

	private final OlderLog log;

	private final LogView view;

	private final Recipients recipients;

	private final int maxPasses;

	private final Executor logThread;

	/// Serves a session that has asked for more.
	private final Consumer<Session> serve;

	/// Who needs what is older, by slot. Slots in the order in which they have their
	/// turn.
	private final Map<Integer, Set<Session>> waiting = new LinkedHashMap<>();

	private final Map<Integer, Pass> passes = new HashMap<>();

	private final Counter records;

	Backlog(OlderLog log, LogView view, Recipients recipients, int maxPasses, Executor logThread,
			Consumer<Session> serve, MeterRegistry registry) {
		this.log = log;
		this.view = view;
		this.recipients = recipients;
		this.maxPasses = maxPasses;
		this.logThread = logThread;
		this.serve = serve;
		this.records = FanfareMeter.CATCH_UP_RECORDS.counter(registry);
		FanfareMeter.CATCH_UP_PASSES.gauge(registry, this.passes, Map::size);
	}

	/// Whether anything is read back at all.
	boolean isOpen() {
		return this.maxPasses > 0;
	}

	/// Returns the pass that has the records from an offset on at hand, or `null`.
	@Nullable Pass pass(int slot, long offset) {
		Pass pass = this.passes.get(slot);
		return (pass != null && offset >= pass.segment.start(slot) && offset < pass.head) ? pass : null;
	}

	/// Notes what a session still needs after it was served.
	void served(Session session, Replay replay) {
		if (this.waiting.isEmpty() && !replay.isBehindJournal()) {
			return;
		}
		for (int slot : replay.lanes()) {
			if (replay.isBehindJournal(slot)) {
				this.waiting.computeIfAbsent(slot, (key) -> new LinkedHashSet<>()).add(session);
			}
		}
		for (Pass pass : List.copyOf(this.passes.values())) {
			if (!pass.isNeededBy(replay)) {
				pass.unread.remove(session);
				pass.goOn();
			}
		}
		begin();
	}

	/// Forgets a session that has ended or is live.
	void forget(Session session) {
		if (this.waiting.isEmpty()) {
			return;
		}
		this.waiting.values().forEach((sessions) -> sessions.remove(session));
		for (Pass pass : List.copyOf(this.passes.values())) {
			pass.unread.remove(session);
			pass.goOn();
		}
	}

	/// Gives up a partition that begins anew under another slot.
	/// @return sessions that have asked for what will not come
	List<Session> abandon(int slot) {
		Pass pass = this.passes.get(slot);
		if (pass != null) {
			pass.end();
		}
		Set<Session> sessions = this.waiting.remove(slot);
		return (sessions != null) ? sessions.stream().filter((session) -> {
			Replay replay = session.replay();
			return replay != null && replay.isAsking();
		}).toList() : List.of();
	}

	/// Leaves behind who has not taken a pass's records since the last look.
	void look() {
		for (Pass pass : List.copyOf(this.passes.values())) {
			pass.look();
		}
		begin();
	}

	/// Begins passes where somebody waits, as long as there may be more.
	private void begin() {
		for (int slot : List.copyOf(this.waiting.keySet())) {
			if (this.passes.size() >= this.maxPasses) {
				return;
			}
			if (!this.passes.containsKey(slot)) {
				begin(slot);
			}
		}
	}

	private void begin(int slot) {
		Optional<Replay> lowest = members(slot).stream()
			.map((session) -> Objects.requireNonNull(session.replay()))
			.min(Comparator.comparingLong((Replay replay) -> replay.next(slot))
				.thenComparingInt((replay) -> replay.epoch(slot)));
		lowest.ifPresent((replay) -> {
			Pass pass = new Pass(slot, this.view.partition(slot), replay.next(slot));
			this.passes.put(slot, pass);
			pass.reading = this.log.read(this.view.partition(slot), replay.next(slot), replay.epoch(slot), pass);
			pass.goOn();
		});
	}

	/// Returns who needs what is older of a slot.
	private Set<Session> members(int slot) {
		Set<Session> sessions = this.waiting.get(slot);
		if (sessions == null) {
			return Set.of();
		}
		sessions.removeIf((session) -> session.replay() == null || !session.replay().isBehindJournal(slot));
		if (sessions.isEmpty()) {
			this.waiting.remove(slot);
		}
		return sessions;
	}

	/// One way through the older records of one partition.
	final class Pass implements OlderLog.Reader {

		private final int slot;

		private final PartitionId partition;

		private final EpochHistory epochs = new EpochHistory();

		private Journal segment;

		/// Next offset to be read.
		private long head;

		private long bytes;

		/// Who has yet to take what was read last.
		private final Set<Session> unread = new HashSet<>();

		private Set<Session> unreadAtLastLook = Set.of();

		private OlderLog.@Nullable Reading reading;

		private boolean asked;

		private boolean over;

		private Pass(int slot, PartitionId partition, long from) {
			this.slot = slot;
			this.partition = partition;
			this.segment = segment(from);
			this.head = from;
		}

		Journal segment() {
			return this.segment;
		}

		EpochHistory epochs() {
			return this.epochs;
		}

		long head() {
			return this.head;
		}

		@Override
		public void read(List<? extends LogRecord> read, long next) {
			Backlog.this.logThread.execute(() -> take(read, next));
		}

		@Override
		public void moved(long to) {
			Backlog.this.logThread.execute(() -> moveTo(to));
		}

		private void take(List<? extends LogRecord> read, long next) {
			if (this.over) {
				return;
			}
			this.asked = false;
			long from = this.head;
			Backlog.this.records.increment(read.size());
			for (LogRecord record : read) {
				this.epochs.note(record.leaderEpoch(), record.offset());
				this.bytes += Journal.bytes(record);
				if (Backlog.this.recipients.of(record) instanceof Recipients.Named(List<byte[]> addresses)) {
					this.segment.append(record, addresses, 0);
				}
			}
			this.head = next;
			List<Session> sessions = List.copyOf(members(this.slot));
			long start = this.segment.start(this.slot);
			if (start > from) {
				// A record that no segment can hold.
				sessions.stream()
					.map((session) -> Objects.requireNonNull(session.replay()))
					.filter((replay) -> replay.next(this.slot) >= from && replay.next(this.slot) < start)
					.forEach((replay) -> replay.skipTo(this.slot, start));
			}
			serve(sessions);
		}

		/// The log does not hold what was to come next.
		private void moveTo(long to) {
			if (this.over) {
				return;
			}
			this.asked = false;
			long from = this.head;
			this.segment = segment(to);
			this.head = to;
			List<Session> sessions = List.copyOf(members(this.slot));
			for (Session session : sessions) {
				Replay replay = Objects.requireNonNull(session.replay());
				long next = replay.next(this.slot);
				if ((to > from) ? next < to : next > to && next <= from) {
					replay.moved(this.slot, to);
				}
			}
			serve(sessions);
		}

		private Journal segment(long from) {
			Journal journal = new Journal(Journal.MIN_SIZE, SEGMENT_AGE);
			journal.begin(this.partition, from);
			return journal;
		}

		/// Serves those of the sessions that have asked for more; all were in need of
		/// what is
		/// older, and some may not be any more.
		private void serve(List<Session> sessions) {
			List<Session> asking = new ArrayList<>();
			for (Session session : sessions) {
				Replay replay = Objects.requireNonNull(session.replay());
				if (isNeededBy(replay)) {
					this.unread.add(session);
				}
				if (replay.isAsking()) {
					asking.add(session);
				}
			}
			asking.forEach(Backlog.this.serve);
			goOn();
		}

		private boolean isNeededBy(Replay replay) {
			long next = replay.next(this.slot);
			return next >= this.segment.start(this.slot) && next < this.head && replay.isBehindJournal(this.slot);
		}

		/// Asks for more when everybody has taken what there is, or ends where nobody
		/// needs more.
		private void goOn() {
			if (this.asked || this.over || !this.unread.isEmpty()) {
				return;
			}
			boolean needed = members(this.slot).stream()
				.anyMatch((session) -> Objects.requireNonNull(session.replay()).next(this.slot) >= this.head);
			OlderLog.Reading current = this.reading;
			if (needed && this.bytes < MAX_PASS_BYTES && current != null) {
				this.asked = true;
				current.more();
			}
			else {
				end();
			}
		}

		private void look() {
			if (!this.unread.isEmpty() && this.unreadAtLastLook.containsAll(this.unread)) {
				Set<Session> sessions = Backlog.this.waiting.get(this.slot);
				if (sessions != null) {
					sessions.removeAll(this.unread);
				}
				this.unread.clear();
				goOn();
			}
			this.unreadAtLastLook = Set.copyOf(this.unread);
		}

		private void end() {
			this.over = true;
			if (this.reading != null) {
				this.reading.close();
			}
			Backlog.this.passes.remove(this.slot);
			// Other slots have their turn first.
			Set<Session> left = Backlog.this.waiting.remove(this.slot);
			if (left != null && !left.isEmpty()) {
				Backlog.this.waiting.put(this.slot, left);
			}
			begin();
		}

	}

}
