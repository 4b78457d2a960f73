package io.fanfare.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.jspecify.annotations.Nullable;

/// The bound topics' partitions and Head, as one thread sees them: the log thread has one, and
/// so has each event loop, which lags behind by what has not been offered there yet.
///
/// Not synchronized; each thread has its own.
final class LogView {

	private static final int UNKNOWN = -1;

	private final List<TopicView> topics = new ArrayList<>();

	private final Map<Set<String>, String> placesByClaims = new HashMap<>();

	private final List<PartitionId> partitions = new ArrayList<>();

	private long[] head = new long[0];

	private long[] firsts = new long[0];

	/// End of each slot when reading began.
	private long[] ends = new long[0];

	private int cluster;

	/// Time of the newest record, in milliseconds since the epoch.
	private long time;

	private int version;

	LogView() {
	}

	private LogView(LogView other) {
		other.topics.forEach((topic) -> this.topics.add(new TopicView(topic)));
		this.head = other.head.clone();
		this.ends = other.ends.clone();
		this.firsts = other.firsts.clone();
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

	int cluster() {
		return this.cluster;
	}

	/// Returns a number that changes when partitions come or go.
	int version() {
		return this.version;
	}

	List<TopicView> topics() {
		return this.topics;
	}

	/// Returns how many slots there are.
	int slots() {
		return this.head.length;
	}

	/// Returns the first offset that was read of a slot.
	long first(int slot) {
		return this.firsts[slot];
	}

	/// Returns the slots in which a record for a session with these claims may appear.
	IntStream lanes(Set<String> claims) {
		return this.topics.stream()
			.filter((topic) -> topic.isReadBy(claims))
			.flatMapToInt((topic) -> Arrays.stream(topic.known()));
	}

	String topicOf(int slot) {
		return this.partitions.get(slot).binding().topic();
	}

	int partitionOf(int slot) {
		return this.partitions.get(slot).partition();
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

	/// Returns every slot's next offset.
	long[] head() {
		return this.head.clone();
	}

	void apply(HeadUpdate update) {
		update.begun().forEach(this::begin);
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
	}

	private void begin(PartitionStart start) {
		int slot = start.partition().slot();
		if (slot >= this.head.length) {
			this.head = Arrays.copyOf(this.head, slot + 1);
			this.ends = Arrays.copyOf(this.ends, slot + 1);
			this.firsts = Arrays.copyOf(this.firsts, slot + 1);
		}
		// Slots are given in ascending order, each once.
		this.partitions.add(start.partition());
		this.firsts[slot] = start.first();
		this.head[slot] = start.first();
		this.ends[slot] = start.end();
		topic(start).put(start.partition().partition(), slot);
		this.version++;
	}

	private TopicView topic(PartitionStart start) {
		TopicBinding binding = start.partition().binding();
		String topicId = start.partition().topicId();
		for (TopicView topic : this.topics) {
			if (topic.binding.topic().equals(binding.topic())) {
				if (!topic.topicId.equals(topicId)) {
					topic.replace(topicId);
				}
				return topic;
			}
		}
		TopicView topic = new TopicView(binding, topicId);
		this.topics.add(topic);
		return topic;
	}

	/// Returns the first part of the cursors, at Head, of sessions that have these
	/// claims, or `null` while some partition is not read yet: a cursor without it would
	/// lose it.
	@Nullable String places(Set<String> claims) {
		String places = this.placesByClaims.get(claims);
		if (places == null) {
			places = places(claims, this::head, this.time);
			if (places != null) {
				this.placesByClaims.put(claims, places);
			}
		}
		return places;
	}

	/// Returns the first part of a cursor, or `null` while some partition is not read
	/// yet.
	/// @param offsets next offset by slot
	/// @param time time of the newest record read, in milliseconds since the epoch
	@Nullable String places(Set<String> claims, IntToLongFunction offsets, long time) {
		List<TopicView> read = this.topics.stream().filter((topic) -> topic.isReadBy(claims)).toList();
		if (read.stream().anyMatch((topic) -> !topic.isComplete())) {
			return null;
		}
		CursorWriter writer = new CursorWriter().begin(this.cluster, time, read.size());
		for (TopicView topic : read) {
			writer.topic(topic.nameHash, topic.idHash(), topic.slots.length);
			for (int slot : topic.slots) {
				writer.partition(offsets.applyAsLong(slot), -1);
			}
		}
		return writer.toBase64();
	}

	/// One bound topic.
	static final class TopicView {

		private final TopicBinding binding;

		private final int nameHash;

		private String topicId;

		/// Slot by partition.
		private int[] slots = new int[0];

		TopicView(TopicBinding binding, String topicId) {
			this.binding = binding;
			this.nameHash = Cursor.hash(binding.topic());
			this.topicId = topicId;
		}

		TopicView(TopicView other) {
			this(other.binding, other.topicId);
			this.slots = other.slots.clone();
		}

		TopicBinding binding() {
			return this.binding;
		}

		int nameHash() {
			return this.nameHash;
		}

		int idHash() {
			return Cursor.hash(this.topicId);
		}

		int[] slots() {
			return this.slots;
		}

		/// Returns the slots of the partitions that are read.
		int[] known() {
			return Arrays.stream(this.slots).filter((slot) -> slot != UNKNOWN).toArray();
		}

		boolean isReadBy(Set<String> claims) {
			return claims.contains(this.binding.addressBy());
		}

		boolean isComplete() {
			return Arrays.stream(this.slots).noneMatch((slot) -> slot == UNKNOWN);
		}

		private void replace(String newTopicId) {
			this.topicId = newTopicId;
			this.slots = new int[0];
		}

		private void put(int partition, int slot) {
			int known = this.slots.length;
			if (partition >= known) {
				this.slots = Arrays.copyOf(this.slots, partition + 1);
				Arrays.fill(this.slots, known, partition, UNKNOWN);
			}
			this.slots[partition] = slot;
		}

	}

}
