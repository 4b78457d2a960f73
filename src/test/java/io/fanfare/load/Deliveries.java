package io.fanfare.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/// What the sessions have received: every record checked, latencies recorded, gaps kept.
///
/// Threads: the receivers' one event loop, but for what says otherwise.
final class Deliveries {

	private final Published published;

	private final SequenceCheck[] own;

	private final SequenceCheck[] toEveryone;

	private final Map<Integer, List<Gap>> gaps = new HashMap<>();

	private final List<LatencyWindow> windows = new CopyOnWriteArrayList<>();

	private final AtomicLong received = new AtomicLong();

	private final AtomicLong lastAt = new AtomicLong();

	private long misdirected;

	private @Nullable Completion completion;

	Deliveries(int sessions, Published published) {
		this.published = published;
		this.own = new SequenceCheck[sessions];
		this.toEveryone = new SequenceCheck[sessions];
		for (int i = 0; i < sessions; i++) {
			this.own[i] = new SequenceCheck();
			this.toEveryone[i] = new SequenceCheck();
		}
	}

	/// Records latencies from now on, as far as the window reaches. Any thread.
	LatencyWindow record(LatencyWindow window) {
		this.windows.add(window);
		return window;
	}

	/// Tells that one from now on when sessions may have all.
	void complete(Completion newCompletion) {
		this.completion = newCompletion;
	}

	/// Takes one notification.
	/// @param session number of the session that received it
	/// @param now [System#nanoTime()]
	void received(int session, Stamp stamp, long now) {
		if (stamp.to() != Stamp.EVERYONE && stamp.to() != session) {
			this.misdirected++;
			return;
		}
		((stamp.to() == Stamp.EVERYONE) ? this.toEveryone : this.own)[session].received(stamp.sequence());
		for (LatencyWindow window : this.windows) {
			window.received(session, stamp, now);
		}
		this.lastAt.setRelease(now);
		this.received.incrementAndGet();
		if (this.completion != null) {
			this.completion.received(session, stamp.sequence() + 1 == this.published.count(session), now);
		}
	}

	/// Takes a gap.
	void gap(int session, Gap gap, long now) {
		this.gaps.computeIfAbsent(session, (key) -> new ArrayList<>()).add(gap);
		if (this.completion != null) {
			this.completion.progress(session, now);
		}
	}

	/// The session is live.
	void caughtUp(int session, long now) {
		if (this.completion != null) {
			this.completion.caughtUp(session, now);
		}
	}

	/// A session has a new connection.
	void reconnected(int session) {
		this.own[session].reconnected();
		this.toEveryone[session].reconnected();
	}

	/// Returns how many have come. Any thread.
	long received() {
		return this.received.get();
	}

	/// Returns when the newest came, as of [System#nanoTime()]. Any thread.
	long lastAt() {
		return this.lastAt.get();
	}

	/// Whether a session has received, or was told that it will not, whatever was
	/// published for it alone.
	boolean hasAll(int session) {
		int count = this.published.count(session);
		return this.own[session].lost(count) == told(session, count);
	}

	/// Returns how many records have not reached these sessions.
	long missing(SessionRange sessions) {
		return sessions.stream().mapToLong((session) -> this.own[session].lost(this.published.count(session))).sum();
	}

	/// Returns the gaps told, counted by reason.
	Map<String, Long> gapsByReason() {
		Map<String, Long> byReason = new TreeMap<>();
		this.gaps.values().forEach((each) -> each.forEach((gap) -> byReason.merge(gap.reason(), 1L, Long::sum)));
		return byReason;
	}

	/// Returns what went wrong.
	Faults faults() {
		long lost = 0;
		long told = 0;
		long repeated = 0;
		long duplicates = 0;
		long outOfOrder = 0;
		long miscounted = 0;
		for (int session = 0; session < this.own.length; session++) {
			int count = this.published.count(session);
			long toldHere = told(session, count);
			told += toldHere;
			lost += this.own[session].lost(count) - toldHere
					+ this.toEveryone[session].lost(this.published.countForEveryone());
			repeated += this.own[session].repeated() + this.toEveryone[session].repeated();
			duplicates += this.own[session].duplicates() + this.toEveryone[session].duplicates();
			outOfOrder += this.own[session].outOfOrder() + this.toEveryone[session].outOfOrder();
			miscounted += miscounted(session, count);
		}
		return new Faults(lost, told, repeated, duplicates, outOfOrder, this.misdirected, miscounted);
	}

	private long told(int session, int count) {
		List<Gap> told = this.gaps.get(session);
		return (told == null) ? 0 : this.own[session].missing(count)
			.filter((sequence) -> told.stream().anyMatch((gap) -> this.published.isWithin(gap, session, sequence)))
			.count();
	}

	private long miscounted(int session, int count) {
		return this.gaps.getOrDefault(session, List.of())
			.stream()
			.filter((gap) -> gap.count() >= 0 && gap.topic().equals(BrokerMain.USER_TOPIC))
			.mapToLong((gap) -> Math.abs(gap.count() - this.own[session].missing(count)
				.filter((sequence) -> this.published.isWithin(gap, session, sequence))
				.count()))
			.sum();
	}

}
