package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.fanfare.journal.Journal;
import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;

/// The way of one session that is behind, from its own position in the log to Head.
///
/// Holds the next offset of every lane, n(p), and where the chain of each lane and address was
/// left. Threads: the log thread.
final class Replay {

	private static final byte[] EVERYONE = new byte[0];

	private final Session session;

	private final Journal journal;

	private final ReplayFrames frames;

	private final long maxRecords;

	private final long maxBytes;

	/// Next offset by slot: what lies before has been offered, was left out by a
	/// stated rule, or was told in a gap.
	private long[] next;

	/// First offset by slot for addresses that the cursor is not for; empty where it is
	/// for all.
	private final long[] newcomerFrom;

	private final @Nullable Cursor cursor;

	/// Told with the next pull.
	private List<Gap> untold = new ArrayList<>();

	private List<Chain> chains = List.of();

	private int viewVersion = -1;

	private long records;

	private long bytes;

	private long time;

	/// @param start next offset by slot; slots beyond it are read from where they begin
	/// @param cursor where the session goes on from, or `null`
	Replay(Session session, Start start, @Nullable Cursor cursor, LogView view, Journal journal, ReplayFrames frames,
			SessionProperties properties) {
		this.session = session;
		this.next = start.next();
		this.untold.addAll(start.gaps());
		this.cursor = cursor;
		this.newcomerFrom = (cursor != null) ? view.head() : new long[0];
		this.time = (cursor != null) ? cursor.time() : 0;
		this.journal = journal;
		this.frames = frames;
		this.maxRecords = properties.replayMaxRecords();
		this.maxBytes = properties.replayMaxBytes().toBytes();
	}

	/// Finds what comes next.
	/// @param maxFrames frames at most
	/// @param enoughBytes bytes of frames after which no further one is taken
	Pulled pull(LogView view, int maxFrames, long enoughBytes) {
		follow(view);
		List<Gap> gaps = this.untold;
		this.untold = new ArrayList<>();
		tellEvicted(view, gaps);
		List<Frame> found = new ArrayList<>();
		long size = 0;
		Candidate candidate = candidate();
		while (candidate != null && found.size() < maxFrames && size < enoughBytes) {
			if (this.records >= this.maxRecords || this.bytes >= this.maxBytes) {
				skipToHead(view, gaps);
			}
			else {
				Frame frame = take(candidate);
				if (frame != null) {
					found.add(frame);
					size += frame.size();
				}
			}
			candidate = candidate();
		}
		boolean live = candidate == null && !isAhead(view);
		return new Pulled(gaps, found, places(view, live), live);
	}

	/// Whether some lane's next offset is ahead of this replica: it waits for Head to
	/// pass.
	boolean isAhead(LogView view) {
		return lanes(view).anyMatch((slot) -> this.next[slot] > view.head(slot));
	}

	/// Returns the first part of the cursor of where this stands.
	@Nullable String places(LogView view) {
		follow(view);
		return places(view, false);
	}

	/// Moves lanes that are ahead of the log itself back to its end, and tells it.
	/// @param ends read-committed ends by slot, asked for after the cursor came
	void resetTo(LogView view, long[] ends) {
		lanes(view).filter((slot) -> slot < ends.length && ends[slot] >= 0 && this.next[slot] > ends[slot])
			.forEach((slot) -> {
				this.untold.add(gap(view, Gap.Reason.RESET, slot, ends[slot], this.next[slot]));
				this.next[slot] = ends[slot];
			});
	}

	private @Nullable String places(LogView view, boolean live) {
		return live ? view.places(this.session.claims())
				: view.places(this.session.claims(), (slot) -> this.next[slot], this.time);
	}

	/// Adds the lanes that have come since.
	private void follow(LogView view) {
		if (this.viewVersion == view.version()) {
			return;
		}
		this.viewVersion = view.version();
		int known = this.next.length;
		this.next = Arrays.copyOf(this.next, Math.max(known, view.slots()));
		for (int slot = known; slot < this.next.length; slot++) {
			this.next[slot] = view.first(slot);
		}
		List<Chain> all = new ArrayList<>();
		for (LogView.TopicView topic : view.topics()) {
			for (Address address : this.session.addresses()) {
				if (address.claim().equals(topic.binding().addressBy())) {
					byte[] bytes = topic.binding().toEveryone() ? EVERYONE
							: address.value().getBytes(StandardCharsets.UTF_8);
					boolean newcomer = this.cursor != null && !this.cursor.isFor(address);
					for (int slot : topic.known()) {
						long from = (newcomer && slot < this.newcomerFrom.length) ? this.newcomerFrom[slot] : 0;
						all.add(new Chain(slot, bytes, from));
					}
				}
			}
		}
		this.chains.forEach((old) -> all.stream().filter(old::isSame).forEach((same) -> same.last = old.last));
		this.chains = all;
	}

	private void tellEvicted(LogView view, List<Gap> gaps) {
		lanes(view).forEach((slot) -> {
			long start = this.journal.start(slot);
			if (this.next[slot] < start) {
				gaps.add(gap(view, Gap.Reason.WINDOW, slot, this.next[slot], start));
				this.next[slot] = start;
			}
		});
	}

	/// Returns the oldest entry, in order of arrival, that any chain has next.
	private @Nullable Candidate candidate() {
		Chain oldestChain = null;
		long oldest = Journal.NONE;
		for (Chain chain : this.chains) {
			long entry = entry(chain);
			if (entry != Journal.NONE && (oldest == Journal.NONE || entry < oldest)) {
				oldest = entry;
				oldestChain = chain;
			}
		}
		return (oldestChain != null) ? new Candidate(oldestChain, oldest) : null;
	}

	private long entry(Chain chain) {
		if (chain.last != Journal.NONE && this.journal.holds(chain.last)) {
			return this.journal.after(chain.last, chain.slot, chain.address);
		}
		return this.journal.find(chain.slot, chain.address, Math.max(chain.from, this.next[chain.slot]));
	}

	private @Nullable Frame take(Candidate candidate) {
		Chain chain = candidate.chain;
		chain.last = candidate.entry;
		long offset = this.journal.offset(candidate.entry);
		if (offset < this.next[chain.slot]) {
			// The record came by another of the session's addresses.
			return null;
		}
		this.next[chain.slot] = offset + 1;
		this.records++;
		this.bytes += this.journal.size(candidate.entry);
		Frame frame = this.frames.of(this.journal, candidate.entry);
		if (frame != null) {
			this.time = Math.max(this.time, frame.timestamp());
		}
		return frame;
	}

	private void skipToHead(LogView view, List<Gap> gaps) {
		lanes(view).filter((slot) -> this.next[slot] < view.head(slot)).forEach((slot) -> {
			gaps.add(gap(view, Gap.Reason.WINDOW, slot, this.next[slot], view.head(slot)));
			this.next[slot] = view.head(slot);
		});
		this.chains.forEach((chain) -> chain.last = Journal.NONE);
	}

	private IntStream lanes(LogView view) {
		return view.lanes(this.session.claims());
	}

	private static Gap gap(LogView view, Gap.Reason reason, int slot, long from, long to) {
		return new Gap(reason, view.topicOf(slot), view.partitionOf(slot), from, to);
	}

	/// The entries of one lane and address.
	private static final class Chain {

		private final int slot;

		private final byte[] address;

		/// The entry taken last, or [Journal#NONE].
		private long last = Journal.NONE;

		/// First offset that the address is to be shown.
		private final long from;

		Chain(int slot, byte[] address, long from) {
			this.slot = slot;
			this.address = address;
			this.from = from;
		}

		boolean isSame(Chain other) {
			return this.slot == other.slot && Arrays.equals(this.address, other.address);
		}

	}

	/// Where a session begins.
	///
	/// @param next next offset by slot
	/// @param gaps what is told first
	record Start(long[] next, List<Gap> gaps) {
	}

	private record Candidate(Chain chain, long entry) {
	}

}
