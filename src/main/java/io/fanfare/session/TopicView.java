package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

import io.fanfare.notification.Address;
import io.fanfare.notification.Partitioner;
import io.fanfare.notification.TopicBinding;
import io.fanfare.wire.Cursor;

/// One bound topic as a [LogView] sees it.
final class TopicView {

	static final int UNKNOWN = -1;

	private final TopicBinding binding;

	private final int nameHash;

	private String topicId;

	private int idHash;

	/// Slot by partition.
	private int[] slots = new int[0];

	/// How many partitions the topic has had while this replica has read it, ascending:
	/// records of one key stand where any of them says.
	private int[] counts = new int[0];

	TopicView(TopicBinding binding, String topicId) {
		this.binding = binding;
		this.nameHash = Cursor.hash(binding.topic());
		this.topicId = topicId;
		this.idHash = Cursor.hash(topicId);
	}

	TopicView(TopicView other) {
		this(other.binding, other.topicId);
		this.slots = other.slots.clone();
		this.counts = other.counts.clone();
	}

	TopicBinding binding() {
		return this.binding;
	}

	String topicId() {
		return this.topicId;
	}

	int nameHash() {
		return this.nameHash;
	}

	int idHash() {
		return this.idHash;
	}

	/// Returns how many partitions the topic has.
	int partitions() {
		return this.slots.length;
	}

	/// Returns the slot of a partition, or [#UNKNOWN] where it is not read.
	int slot(int partition) {
		return (partition < this.slots.length) ? this.slots[partition] : UNKNOWN;
	}

	/// Whether a session with these claims can be addressed here.
	boolean isReadBy(Set<String> claims) {
		return claims.contains(this.binding.addressBy());
	}

	/// Whether every partition is read.
	boolean isComplete() {
		for (int slot : this.slots) {
			if (slot == UNKNOWN) {
				return false;
			}
		}
		return true;
	}

	/// Whether the topic has grown while this replica has read it.
	boolean hasGrown() {
		return this.counts.length > 1;
	}

	/// Returns the partitions in which a record for one of these addresses may stand,
	/// ascending.
	int[] lanes(Set<Address> addresses) {
		return lanes(addresses, 0);
	}

	/// Returns the partitions in which a record for one of these addresses may stand or
	/// may have stood, ascending.
	/// @param earlier how many partitions the topic had before, perhaps before this
	/// replica read it; 0 where that is not known
	int[] lanes(Set<Address> addresses, int earlier) {
		if (!this.binding.isPartitionedByAddress()) {
			int[] all = new int[this.slots.length];
			Arrays.setAll(all, (partition) -> partition);
			return all;
		}
		int[] lanes = new int[addresses.size() * (this.counts.length + 1)];
		int size = 0;
		for (Address address : addresses) {
			if (address.claim().equals(this.binding.addressBy())) {
				byte[] key = address.value().getBytes(StandardCharsets.UTF_8);
				for (int count : this.counts) {
					lanes[size++] = this.binding.partitioner().partition(key, count);
				}
				if (earlier > 0) {
					lanes[size++] = this.binding.partitioner().partition(key, earlier);
				}
			}
		}
		return Arrays.stream(lanes, 0, size).sorted().distinct().toArray();
	}

	/// Whether a record of that key may stand in the partition.
	boolean isLane(byte[] key, int partition) {
		if (!this.binding.isPartitionedByAddress()) {
			return true;
		}
		Partitioner partitioner = this.binding.partitioner();
		for (int count : this.counts) {
			if (partitioner.partition(key, count) == partition) {
				return true;
			}
		}
		return false;
	}

	/// Forgets an earlier incarnation of the topic.
	void replace(String newTopicId) {
		this.topicId = newTopicId;
		this.idHash = Cursor.hash(newTopicId);
		this.slots = new int[0];
		this.counts = new int[0];
	}

	void put(int partition, int slot, int partitions) {
		int known = this.slots.length;
		if (partitions > known) {
			this.slots = Arrays.copyOf(this.slots, partitions);
			Arrays.fill(this.slots, known, partitions, UNKNOWN);
			this.counts = Arrays.copyOf(this.counts, this.counts.length + 1);
			this.counts[this.counts.length - 1] = partitions;
		}
		this.slots[partition] = slot;
	}

}
