package io.fanfare.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.HeadUpdate.EpochStart;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.jspecify.annotations.Nullable;

/// The bound topics' partitions and Head, as one thread sees them: the log thread has one, and
/// so has each event loop, which lags behind by the batches that it has yet to begin.
///
/// Not synchronized; each thread has its own.
final class LogView {

	static final int NO_SLOT = -1;

	private static final int[] NONE = {};

	private final List<TopicView> topics = new ArrayList<>();

	/// By the very set of claims, of which there is one of each kind.
	private final IdentityHashMap<Set<String>, byte[]> placesByClaims = new IdentityHashMap<>();

	/// By slot, as everything below.
	private final List<PartitionId> partitions = new ArrayList<>();

	private final List<EpochHistory> epochs = new ArrayList<>();

	private long[] head = new long[0];

	private long[] firsts = new long[0];

	/// Ends when reading began.
	private long[] ends = new long[0];

	/// Slots of the same partitions before they were begun anew.
	private int[] predecessors = new int[0];

	private int cluster;

	/// Time of the newest record, in milliseconds since the epoch.
	private long time;

	private int version;

	LogView() {
	}

	private LogView(LogView other) {
		other.topics.forEach((topic) -> this.topics.add(new TopicView(topic)));
		other.epochs.forEach((history) -> this.epochs.add(new EpochHistory(history)));
		this.head = other.head.clone();
		this.ends = other.ends.clone();
		this.firsts = other.firsts.clone();
		this.predecessors = other.predecessors.clone();
		this.partitions.addAll(other.partitions);
		this.cluster = other.cluster;
		this.time = other.time;
		this.version = other.version;
	}

	/// Returns a copy for another thread.
	LogView copy() {
		return new LogView(this);
	}

	/// Names the cluster, once.
	void cluster(String clusterId) {
		this.cluster = Cursor.clusterHash(clusterId);
		this.placesByClaims.clear();
	}

	/// Returns a number that changes when partitions come or go.
	int version() {
		return this.version;
	}

	/// Returns the time of the newest record, in milliseconds since the epoch.
	long time() {
		return this.time;
	}

	List<TopicView> topics() {
		return this.topics;
	}

	/// Returns the topic that a slot's partition is of.
	TopicView topic(int slot) {
		String name = partition(slot).binding().topic();
		return this.topics.stream().filter((topic) -> topic.binding().topic().equals(name)).findFirst().orElseThrow();
	}

	/// Returns how many slots there are.
	int slots() {
		return this.head.length;
	}

	PartitionId partition(int slot) {
		return this.partitions.get(slot);
	}

	EpochHistory epochs(int slot) {
		return this.epochs.get(slot);
	}

	/// Returns the slot that the partition had before it was begun anew, or [#NO_SLOT].
	int predecessor(int slot) {
		return this.predecessors[slot];
	}

	/// Returns the first offset that was read of a slot.
	long first(int slot) {
		return this.firsts[slot];
	}

	/// Returns the slots in which a record for a session may appear.
	IntStream lanes(Set<String> claims, Set<Address> addresses) {
		return lanes(claims, addresses, (topic) -> 0);
	}

	/// Returns the slots in which a record for a session may appear or have appeared.
	/// @param earlier how many partitions a topic had before, 0 where that is not known
	IntStream lanes(Set<String> claims, Set<Address> addresses, ToIntFunction<TopicView> earlier) {
		return this.topics.stream()
			.filter((topic) -> topic.isReadBy(claims))
			.flatMapToInt((topic) -> Arrays.stream(topic.lanes(addresses, earlier.applyAsInt(topic))).map(topic::slot))
			.filter((slot) -> slot != TopicView.UNKNOWN);
	}

	/// Returns the next offset of a slot.
	long head(int slot) {
		return (slot < this.head.length) ? this.head[slot] : 0;
	}

	/// Returns the end of a slot when reading began.
	long end(int slot) {
		return (slot < this.ends.length) ? this.ends[slot] : 0;
	}

	/// Returns where a session begins that comes without a cursor: the end of every
	/// slot, as far as this replica knows it.
	long[] ends() {
		long[] next = this.head.clone();
		Arrays.setAll(next, (slot) -> Math.max(next[slot], this.ends[slot]));
		return next;
	}

	/// Whether all that was there when reading began has been read.
	boolean isPastEnds() {
		for (TopicView topic : this.topics) {
			for (int partition = 0; partition < topic.partitions(); partition++) {
				int slot = topic.slot(partition);
				if (slot != TopicView.UNKNOWN && this.head[slot] < this.ends[slot]) {
					return false;
				}
			}
		}
		return true;
	}

	/// Returns every slot's next offset.
	long[] head() {
		return this.head.clone();
	}

	/// Returns where Head is, before an update moves some slots.
	Position position(int[] slots) {
		long[] offsets = new long[slots.length];
		Arrays.setAll(offsets, (i) -> head(slots[i]));
		return new Position(slots(), slots, offsets, this.time);
	}

	/// Takes an update.
	/// @return slots that begin a partition anew which was read already
	int[] apply(HeadUpdate update) {
		int[] anew = update.begun().isEmpty() ? NONE
				: update.begun().stream().mapToInt(this::begin).filter((slot) -> slot != NO_SLOT).toArray();
		for (EpochStart start : update.epochs()) {
			if (start.slot() < this.epochs.size()) {
				this.epochs.get(start.slot()).note(start.epoch(), start.offset());
			}
		}
		int[] slots = update.slots();
		for (int i = 0; i < slots.length; i++) {
			if (slots[i] < this.head.length) {
				this.head[slots[i]] = Math.max(this.head[slots[i]], update.offsets()[i]);
			}
		}
		this.time = Math.max(this.time, update.time());
		if (slots.length > 0 || !update.begun().isEmpty()) {
			this.placesByClaims.clear();
		}
		return anew;
	}

	private int begin(PartitionStart start) {
		int slot = start.partition().slot();
		if (slot >= this.head.length) {
			this.head = Arrays.copyOf(this.head, slot + 1);
			this.ends = Arrays.copyOf(this.ends, slot + 1);
			this.firsts = Arrays.copyOf(this.firsts, slot + 1);
			this.predecessors = Arrays.copyOf(this.predecessors, slot + 1);
		}
		int before = slotOf(start.partition().binding().topic(), start.partition().partition());
		this.predecessors[slot] = before;
		// Slots are given in ascending order, each once.
		this.partitions.add(start.partition());
		this.epochs.add(goesOn(start, before) ? this.epochs.get(before).upTo(start.first()) : new EpochHistory());
		this.firsts[slot] = start.first();
		this.head[slot] = start.first();
		this.ends[slot] = start.end();
		topic(start.partition()).put(start.partition().partition(), slot, start.partitions());
		this.version++;
		return (before != NO_SLOT) ? slot : NO_SLOT;
	}

	/// Whether a partition begins anew where everything before it was read.
	private boolean goesOn(PartitionStart start, int before) {
		return before != NO_SLOT && start.first() <= this.head[before]
				&& partition(before).topicId().equals(start.partition().topicId());
	}

	/// Returns the newest slot of a partition of any incarnation of the topic.
	private int slotOf(String topic, int partition) {
		for (int slot = this.partitions.size() - 1; slot >= 0; slot--) {
			PartitionId id = this.partitions.get(slot);
			if (id.partition() == partition && id.binding().topic().equals(topic)) {
				return slot;
			}
		}
		return NO_SLOT;
	}

	private TopicView topic(PartitionId id) {
		for (TopicView topic : this.topics) {
			if (topic.binding().topic().equals(id.binding().topic())) {
				if (!topic.topicId().equals(id.topicId())) {
					topic.replace(id.topicId());
				}
				return topic;
			}
		}
		TopicView topic = new TopicView(id.binding(), id.topicId());
		this.topics.add(topic);
		return topic;
	}

	/// Returns the first part of the cursor, ASCII, at Head, of a session with these
	/// claims, or `null` while some partition is not read yet: a cursor without it would
	/// lose it.
	/// @param received time of the newest record that the session has had by a replay, in
	/// milliseconds since the epoch, 0 where there is none
	byte @Nullable [] places(Set<String> claims, Set<Address> addresses, long received) {
		byte[] known = (received > this.time) ? null : this.placesByClaims.get(claims);
		if (known != null) {
			return known;
		}
		byte[] places = placesAtHead(claims, addresses, received);
		if (places != null && received <= this.time && !hasLanes(claims)) {
			this.placesByClaims.put(claims, places);
		}
		return places;
	}

	/// Whether sessions with these claims differ in the partitions they read.
	private boolean hasLanes(Set<String> claims) {
		for (TopicView topic : this.topics) {
			if (topic.isReadBy(claims) && topic.binding().isPartitionedByAddress()) {
				return true;
			}
		}
		return false;
	}

	private byte @Nullable [] placesAtHead(Set<String> claims, Set<Address> addresses, long received) {
		return places(claims, addresses, this::head, (slot) -> -1, Math.max(this.time, received));
	}

	/// Returns the first part of a cursor, ASCII, or `null` while some partition is not
	/// read yet.
	/// @param offsets next offset by slot
	/// @param known epoch of the record before by slot, -1 where that is as it was read
	/// @param newest time of the newest record read, in milliseconds since the epoch
	byte @Nullable [] places(Set<String> claims, Set<Address> addresses, IntToLongFunction offsets,
			IntUnaryOperator known, long newest) {
		int read = 0;
		for (TopicView topic : this.topics) {
			if (topic.isReadBy(claims)) {
				if (!topic.isComplete()) {
					return null;
				}
				read++;
			}
		}
		CursorWriter writer = new CursorWriter().begin(this.cluster, newest, read);
		for (TopicView topic : this.topics) {
			if (!topic.isReadBy(claims)) {
				continue;
			}
			int[] lanes = topic.lanes(addresses);
			writer.topic(topic.nameHash(), topic.idHash(), topic.partitions(), lanes.length);
			for (int partition : lanes) {
				int slot = topic.slot(partition);
				long offset = offsets.applyAsLong(slot);
				int epoch = known.applyAsInt(slot);
				writer.lane(partition, offset, (epoch >= 0) ? epoch : this.epochs.get(slot).before(offset));
			}
		}
		return writer.toAscii();
	}

	/// Where Head was before an update.
	///
	/// @param known how many slots there were
	/// @param slots indexes of those that it moved
	/// @param offsets next offset of each, in the order of `slots`
	/// @param time time of the newest record then, in milliseconds since the epoch
	record Position(int known, int[] slots, long[] offsets, long time) {

		/// Returns the next offset of every slot as it was.
		/// @param head the same after the update
		long[] restore(long[] head) {
			long[] before = Arrays.copyOf(head, this.known);
			for (int i = 0; i < this.slots.length; i++) {
				if (this.slots[i] < this.known) {
					before[this.slots[i]] = this.offsets[i];
				}
			}
			return before;
		}

	}

}
