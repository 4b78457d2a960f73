package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.fanfare.journal.Journal;
import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;

/// The way of one session that is behind, from its own position in the log to Head.
///
/// Holds the next offset of every lane, n(p), and where the chain of each lane and address was
/// left. What a lane needs is in the journal, or before it in the segment of a pass over older
/// records. Threads: the log thread.
final class Replay {

	private static final byte[] EVERYONE = new byte[0];

	/// Gaps that wait to be told, from which on one of the same partition and reason
	/// is made wider instead.
	private static final int MAX_UNTOLD = 64;

	private final Session session;

	private final ReplaySources sources;

	private final @Nullable Cursor cursor;

	/// Whether the session was live before, and fell behind.
	private final boolean lagging;

	/// Next offset by slot: what lies before has been offered, was left out by a
	/// stated rule, or was told in a gap.
	private long[] next;

	/// Leader epoch of the record before the next offset, by slot, where it has yet to be
	/// compared with the log's; -1 elsewhere.
	private int[] epochs;

	/// First offset by slot of addresses that begin later than the lane.
	private final Map<Address, long[]> newcomers = new HashMap<>();

	/// Told with the next pull.
	private List<Gap> untold;

	private int[] lanes = new int[0];

	/// Whether the cursor was written when a topic had fewer partitions, and this replica
	/// has not read it then: no cursor of its own would name where records may stand.
	private boolean hasEarlierLanes;

	/// Whether the cursor was written when a topic had more partitions than this replica
	/// has seen.
	private boolean aheadOfTopics;

	private List<Chain> chains = List.of();

	private Set<Address> addresses;

	private int viewVersion = -1;

	private long records;

	private long bytes;

	/// Time of the newest record, in milliseconds since the epoch.
	private long time;

	/// Whether the session has asked for more and is to be told when there is some.
	private boolean asking;

	/// Whether the session has its turn soon.
	private boolean toBeServed;

	/// @param cursor where the session goes on from, or `null`
	/// @param lagging whether the session was live before
	Replay(Session session, Positions start, @Nullable Cursor cursor, boolean lagging, ReplaySources sources) {
		this.session = session;
		this.addresses = session.indexed().addresses();
		this.sources = sources;
		this.cursor = cursor;
		this.lagging = lagging;
		this.next = start.next();
		this.epochs = start.epochs();
		this.time = start.time();
		this.untold = new ArrayList<>(start.gaps());
		if (cursor != null) {
			long[] head = view().head();
			this.addresses.stream()
				.filter((address) -> !cursor.isFor(address))
				.forEach((address) -> this.newcomers.put(address, head));
		}
	}

	/// Takes the session's other addresses; new ones, and lanes of theirs alone, begin at
	/// Head.
	void refresh() {
		Set<Address> known = this.addresses;
		int[] lanesBefore = view().lanes(Audience.of(known).claims(), known, this::earlierPartitions).toArray();
		this.addresses = this.session.indexed().addresses();
		this.viewVersion = -1;
		long[] head = view().head();
		this.addresses.stream()
			.filter((address) -> !known.contains(address))
			.forEach((address) -> this.newcomers.put(address, head));
		for (int slot : lanes()) {
			if (!contains(lanesBefore, slot)) {
				this.next[slot] = head[slot];
			}
		}
	}

	/// Finds what comes next.
	/// @param maxFrames frames at most
	/// @param enoughBytes bytes of frames after which no further one is taken
	Pulled pull(int maxFrames, long enoughBytes) {
		follow();
		compareEpochs();
		leaveOut();
		this.chains.forEach(Chain::forget);
		List<Frame> found = new ArrayList<>();
		long size = 0;
		Chain chain = nextChain();
		while (chain != null && found.size() < maxFrames && size < enoughBytes) {
			if (isOverBudget()) {
				if (!found.isEmpty()) {
					// The gap is told after them.
					break;
				}
				skipToHead();
			}
			else {
				Frame frame = take(chain);
				if (frame != null) {
					found.add(frame);
					size += frame.size();
				}
			}
			chain = nextChain();
		}
		boolean live = chain == null && !isAhead() && !isBehindJournal();
		if (!live && found.isEmpty() && this.untold.isEmpty()) {
			return Pulled.NOTHING;
		}
		List<Gap> gaps = this.untold;
		this.untold = new ArrayList<>();
		return new Pulled(gaps, found, places(live), this.time, live);
	}

	/// Whether some lane's next offset is ahead of this replica: it waits for Head to
	/// pass, or for a partition to be seen that the cursor names.
	boolean isAhead() {
		for (int slot : lanes()) {
			if (this.next[slot] > view().head(slot)) {
				return true;
			}
		}
		return this.aheadOfTopics;
	}

	private boolean isAheadOfTopics() {
		return this.cursor != null && view().topics()
			.stream()
			.filter((topic) -> topic.isReadBy(this.session.indexed().claims()))
			.anyMatch((topic) -> CursorPositions.find(this.cursor, topic)
				.filter((places) -> places.id() == topic.idHash() && places.partitions() > topic.partitions())
				.isPresent());
	}

	/// Whether some lane needs what is older than the journal.
	boolean isBehindJournal() {
		for (int slot : lanes()) {
			if (isBehindJournal(slot)) {
				return true;
			}
		}
		return false;
	}

	boolean isBehindJournal(int slot) {
		return this.next[slot] < this.sources.journal().start(slot);
	}

	/// Returns the slots in which a record for the session may appear.
	int[] lanes() {
		follow();
		return this.lanes;
	}

	/// Returns the next offset of a slot.
	long next(int slot) {
		return this.next[slot];
	}

	/// Returns the leader epoch of the record before, -1 where it is not known.
	int epoch(int slot) {
		return this.epochs[slot];
	}

	boolean isAsking() {
		return this.asking;
	}

	void asking(boolean nowAsking) {
		this.asking = nowAsking;
	}

	boolean isToBeServed() {
		return this.toBeServed;
	}

	void toBeServed(boolean soon) {
		this.toBeServed = soon;
	}

	/// Returns the first part of the cursor of where this stands.
	byte @Nullable [] places() {
		follow();
		return places(false);
	}

	/// Moves lanes that are ahead of the log itself back to its end, and tells it. This
	/// replica has to have read up to there: what it reads may say where the log parted.
	/// @param ends read-committed ends by slot, asked for after the cursor came
	void resetTo(long[] ends) {
		Arrays.stream(lanes())
			.filter((slot) -> slot < ends.length && ends[slot] >= 0 && this.next[slot] > ends[slot]
					&& view().head(slot) >= ends[slot])
			.forEach((slot) -> {
				int epoch = this.epochs[slot];
				boolean atEnd = epoch >= 0 && view().epochs(slot).before(ends[slot]) == epoch;
				tell(Gap.Reason.RESET, slot, atEnd ? ends[slot] : 0, this.next[slot], -1);
				this.next[slot] = ends[slot];
				this.epochs[slot] = -1;
			});
	}

	/// The log goes on elsewhere than where this stands, and it is told.
	void moved(int slot, long to) {
		if (to > this.next[slot]) {
			tell(Gap.Reason.RETENTION, slot, this.next[slot], to, -1);
		}
		else if (to < this.next[slot]) {
			tell(Gap.Reason.RESET, slot, to, this.next[slot], -1);
		}
		this.next[slot] = to;
		this.epochs[slot] = -1;
	}

	/// Leaves out what lies before an offset, and tells it.
	void skipTo(int slot, long to) {
		tell(leftOut(), slot, this.next[slot], to, -1);
		this.next[slot] = to;
	}

	/// Returns why records are left out that the log may still have.
	private Gap.Reason leftOut() {
		return this.lagging ? Gap.Reason.OVERFLOW : Gap.Reason.WINDOW;
	}

	/// Tells a record that has come for one of the addresses, unless it is looked for.
	void misses(int slot, byte[] address, long offset) {
		follow();
		if (this.chains.stream().noneMatch(new Chain(slot, address, 0)::isSame)) {
			tell(Gap.Reason.RESET, slot, offset, offset + 1, -1);
		}
	}

	private byte @Nullable [] places(boolean live) {
		Set<String> claims = this.session.indexed().claims();
		if (live) {
			return view().places(claims, this.addresses, this.time);
		}
		return this.hasEarlierLanes ? null : view().places(claims, this.addresses, this::next, this::epoch, this.time);
	}

	/// Adds the lanes that have come since.
	private void follow() {
		if (this.viewVersion == view().version()) {
			return;
		}
		this.viewVersion = view().version();
		int known = this.next.length;
		this.next = Arrays.copyOf(this.next, Math.max(known, view().slots()));
		this.epochs = Arrays.copyOf(this.epochs, this.next.length);
		int[] lanesBefore = this.lanes;
		Set<String> claims = this.session.indexed().claims();
		this.lanes = view().lanes(claims, this.addresses, this::earlierPartitions).toArray();
		this.hasEarlierLanes = this.lanes.length > view().lanes(claims, this.addresses).count();
		this.aheadOfTopics = isAheadOfTopics();
		for (int slot = known; slot < this.next.length; slot++) {
			this.epochs[slot] = -1;
			this.next[slot] = first(slot, lanesBefore);
		}
		List<Chain> all = new ArrayList<>();
		for (Address address : this.addresses) {
			long[] from = this.newcomers.getOrDefault(address, new long[0]);
			view().lanes(Set.of(address.claim()), Set.of(address), this::earlierPartitions).forEach((slot) -> {
				boolean everyone = view().partition(slot).binding().toEveryone();
				byte[] value = everyone ? EVERYONE : address.value().getBytes(StandardCharsets.UTF_8);
				all.add(new Chain(slot, value, (slot < from.length) ? from[slot] : 0));
			});
		}
		this.chains.forEach((old) -> all.stream().filter(old::isSame).forEach((same) -> same.goOnFrom(old)));
		this.chains = all;
	}

	private int earlierPartitions(TopicView topic) {
		return (this.cursor != null) ? CursorPositions.partitions(this.cursor, topic) : 0;
	}

	/// Returns where a partition begins that was not there when this began.
	private long first(int slot, int[] lanesBefore) {
		int before = view().predecessor(slot);
		if (before != LogView.NO_SLOT) {
			boolean lane = contains(this.lanes, slot) || contains(lanesBefore, before);
			return lane ? anew(slot, before) : view().first(slot);
		}
		TopicView topic = view().topic(slot);
		return (this.cursor != null) ? CursorPositions.offset(this.cursor, topic, view().partition(slot).partition())
			.orElse(view().first(slot)) : view().first(slot);
	}

	private static boolean contains(int[] slots, int slot) {
		return Arrays.stream(slots).anyMatch((known) -> known == slot);
	}

	/// Returns where a partition goes on that this replica has begun anew.
	private long anew(int slot, int before) {
		long had = this.next[before];
		if (!view().partition(before).topicId().equals(view().partition(slot).topicId())) {
			tell(Gap.Reason.RESET, slot, had, had, -1);
			return view().first(slot);
		}
		if (had > view().first(slot)) {
			tell(Gap.Reason.RESET, slot, view().first(slot), had, -1);
			return view().first(slot);
		}
		// What lies between is in the log or is not, which a pass will find.
		return had;
	}

	/// Leaves out what is too far back to be looked for.
	private void leaveOut() {
		for (int slot : lanes()) {
			long start = this.sources.journal().start(slot);
			if (this.next[slot] < start && !this.sources.isReadBack(start - this.next[slot])) {
				skipTo(slot, start);
			}
		}
	}

	/// Returns the chain whose next entry is to be taken: the oldest in order of arrival
	/// within a source, what is older than the journal first. Lanes in which nothing is
	/// left stand at the end of their source then.
	private @Nullable Chain nextChain() {
		for (;;) {
			Chain oldest = null;
			for (Chain chain : this.chains) {
				if ((chain.isFound() || find(chain)) && (oldest == null || chain.isBefore(oldest))) {
					oldest = chain;
				}
			}
			if (oldest != null || !moveToEnds()) {
				return oldest;
			}
		}
	}

	/// Moves every lane to the end of what its source has.
	/// @return whether some lane has another source now
	private boolean moveToEnds() {
		boolean changed = false;
		this.chains.forEach(Chain::forget);
		for (int slot : lanes()) {
			Backlog.Pass pass = pass(slot);
			if (pass != null) {
				this.next[slot] = pass.head();
				changed |= !isBehindJournal(slot);
			}
			else if (!isBehindJournal(slot)) {
				this.next[slot] = Math.max(this.next[slot], view().head(slot));
			}
		}
		return changed;
	}

	/// Finds the next entry of a chain.
	/// @return whether there is one at hand
	private boolean find(Chain chain) {
		Backlog.Pass pass = pass(chain.slot);
		Journal source = (pass != null) ? pass.segment() : this.sources.journal();
		if (pass == null && isBehindJournal(chain.slot)) {
			return false;
		}
		return chain.find(source, pass != null, this.next[chain.slot]);
	}

	/// Returns the pass that a lane reads from, having compared leader epochs.
	private Backlog.@Nullable Pass pass(int slot) {
		if (!isBehindJournal(slot)) {
			return null;
		}
		Backlog.Pass pass = this.sources.backlog().pass(slot, this.next[slot]);
		if (pass == null || this.epochs[slot] < 0) {
			return pass;
		}
		compareEpochs(slot, pass.epochs());
		this.epochs[slot] = -1;
		return this.sources.backlog().pass(slot, this.next[slot]);
	}

	/// Compares leader epochs of lanes that are read from the journal; a cursor that is
	/// ahead is compared again with what comes.
	private void compareEpochs() {
		for (int slot : lanes()) {
			if (this.epochs[slot] >= 0 && !isBehindJournal(slot)) {
				compareEpochs(slot, view().epochs(slot));
				if (this.next[slot] <= view().head(slot)) {
					this.epochs[slot] = -1;
				}
			}
		}
	}

	/// Goes back to where the log parted from what the client has of an earlier leader.
	/// Where that was not read, records before it may be others as well.
	private void compareEpochs(int slot, EpochHistory history) {
		int epoch = this.epochs[slot];
		long end = history.endOf(epoch);
		if (end < this.next[slot]) {
			tell(Gap.Reason.RESET, slot, history.endsWithin(epoch) ? end : 0, this.next[slot], -1);
			this.next[slot] = end;
		}
	}

	private @Nullable Frame take(Chain chain) {
		Journal source = chain.source();
		long entry = chain.take();
		long offset = source.offset(entry);
		if (offset < this.next[chain.slot]) {
			// The record came by another of the session's addresses.
			return null;
		}
		moveBehind(chain, offset);
		this.records++;
		this.bytes += source.size(entry);
		Frame frame = this.sources.frames().of(source, entry);
		if (frame == null || chain.isCollapsed(entry, frame, this.sources.frames())) {
			return null;
		}
		this.time = Math.max(this.time, frame.timestamp());
		return frame;
	}

	/// Moves a lane behind what was taken. Where that leads out of what is older, its
	/// other chains are not to go on there: what was read back reaches into the journal.
	private void moveBehind(Chain chain, long offset) {
		this.next[chain.slot] = offset + 1;
		if (chain.isOlder() && !isBehindJournal(chain.slot)) {
			for (Chain other : this.chains) {
				if (other.slot == chain.slot) {
					other.forget();
				}
			}
		}
	}

	private boolean isOverBudget() {
		return this.records >= this.sources.maxRecords() || this.bytes >= this.sources.maxBytes();
	}

	/// Gives up what is left of the way, and tells it.
	private void skipToHead() {
		for (int slot : lanes()) {
			if (isBehindJournal(slot)) {
				skipTo(slot, this.sources.journal().start(slot));
			}
		}
		this.chains.forEach(Chain::forget);
		long[] counts = new long[this.next.length];
		long[] from = this.next.clone();
		for (Chain chain = nextChain(); chain != null; chain = nextChain()) {
			long offset = chain.source().offset(chain.take());
			if (offset >= this.next[chain.slot]) {
				counts[chain.slot]++;
				moveBehind(chain, offset);
			}
		}
		for (int slot : lanes()) {
			if (counts[slot] > 0) {
				tell(leftOut(), slot, from[slot], this.next[slot], counts[slot]);
			}
		}
		this.records = 0;
		this.bytes = 0;
	}

	private void tell(Gap.Reason reason, int slot, long from, long to, long count) {
		Gap gap = new Gap(reason, view().partition(slot).binding().topic(), view().partition(slot).partition(), from,
				to, this.time, this.sources.now(), count);
		for (int i = this.untold.size() - 1; i >= MAX_UNTOLD; i--) {
			if (this.untold.get(i).isLike(gap)) {
				this.untold.set(i, this.untold.get(i).with(gap));
				return;
			}
		}
		this.untold.add(gap);
	}

	private LogView view() {
		return this.sources.view();
	}

}
