package io.fanfare.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import org.jspecify.annotations.Nullable;

/// The newest records of all partitions, oldest evicted first, found by partition and address.
///
/// One ring for all partitions, bounded by bytes and age, so that what it holds is "the last so
/// many seconds of everything". Of each partition it holds every record from [#start(int)] on.
/// Records of one partition and address are chained both ways: finding where to begin walks back
/// from the newest and costs what was missed; reading on is one link. Chains are by a hash of
/// partition and address, and an entry's own bytes are compared before it is taken, so what
/// meets in a hash never meets in a session.
///
/// Threads: the log thread alone. Whoever reads asks it, so no entry is overwritten while read.
public final class Journal {

	/// No entry.
	public static final long NONE = -1;

	/// Bytes that a journal has at least.
	public static final long MIN_SIZE = 4L * 1024 * 1024;

	/// What an entry takes beside its record.
	static final int ENTRY_BYTES = 80;

	private static final int FIRST_CAPACITY = 1024;

	private final RecordBytes bytes;

	private final int maxEntries;

	private final long maxAgeMs;

	private final List<@Nullable PartitionId> partitions = new ArrayList<>();

	/// First offset from which on everything is held, by slot.
	private long[] starts = new long[0];

	private Entries entries = new Entries(FIRST_CAPACITY);

	/// The oldest entry and the one to come.
	private long first;

	private long next;

	/// Creates an empty journal. Memory is taken as it fills.
	/// @param maxBytes bytes of records and entries, at least [#MIN_SIZE]
	/// @param maxAge time since arrival that a record is held at most
	public Journal(long maxBytes, Duration maxAge) {
		this.bytes = new RecordBytes(maxBytes * 3 / 4);
		this.maxEntries = (int) (maxBytes / 4 / ENTRY_BYTES);
		this.maxAgeMs = maxAge.toMillis();
	}

	/// Returns how many entries there are. Of any thread that does not mind a little.
	public long size() {
		return this.next - this.first;
	}

	/// Starts a partition, before its first record.
	/// @param offset first offset that will be appended
	public void begin(PartitionId partition, long offset) {
		int slot = partition.slot();
		while (this.partitions.size() <= slot) {
			this.partitions.add(null);
		}
		this.partitions.set(slot, partition);
		if (slot >= this.starts.length) {
			this.starts = Arrays.copyOf(this.starts, slot + 1);
		}
		this.starts[slot] = offset;
	}

	/// Returns the first offset of a partition from which on every record is held.
	public long start(int slot) {
		return this.starts[slot];
	}

	/// Appends a record of a partition that was begun.
	/// @param recipients raw addresses, one empty for everyone, none where it reaches
	/// nobody
	/// @param now time of arrival, in milliseconds since the epoch
	public void append(LogRecord record, List<byte[]> recipients, long now) {
		evictOlderThan(now - this.maxAgeMs);
		if (recipients.isEmpty()) {
			return;
		}
		boolean byKey = record.binding().addressHeader() == null;
		int recordSize = RecordBytes.size(record);
		int size = recordSize;
		if (!byKey) {
			for (byte[] recipient : recipients) {
				size += recipient.length;
			}
		}
		if (size > RecordBytes.SEGMENT_SIZE || recipients.size() > this.maxEntries) {
			skip(record);
			return;
		}
		makeRoom(size, recipients.size());
		long position = this.bytes.reserve(size);
		long addressPosition = this.bytes.write(record, position);
		if (byKey) {
			addressPosition = RecordBytes.keyPosition(position);
		}
		for (byte[] recipient : recipients) {
			if (!byKey) {
				this.bytes.write(recipient, addressPosition);
			}
			link(record, position, size, addressPosition, recipient, now);
			addressPosition += recipient.length;
		}
	}

	/// Evicts what arrived earlier.
	/// @param time milliseconds since the epoch
	public void evictOlderThan(long time) {
		while (this.first < this.next && this.entries.arrivals[index(this.first)] < time) {
			evictFirst();
		}
	}

	/// Finds the oldest entry of a partition and address from an offset on.
	/// @return the entry, or [#NONE]
	public long find(int slot, byte[] address, long offset) {
		int hash = hash(slot, address);
		long found = NONE;
		for (long entry = this.entries.newest(hash); entry >= this.first; entry = this.entries.previous[index(entry)]) {
			if (matches(entry, slot, address)) {
				if (offset(entry) < offset) {
					break;
				}
				found = entry;
			}
		}
		return found;
	}

	/// Finds the next newer entry of the same partition and address.
	/// @param entry an entry that is still held
	/// @return the entry, or [#NONE]
	public long after(long entry, int slot, byte[] address) {
		for (long newer = this.entries.following[index(entry)]; newer != NONE; newer = this.entries.following[index(
				newer)]) {
			if (matches(newer, slot, address)) {
				return newer;
			}
		}
		return NONE;
	}

	/// Whether an entry has not been evicted.
	public boolean holds(long entry) {
		return entry >= this.first;
	}

	/// Returns the offset of an entry's record.
	public long offset(long entry) {
		return this.entries.offsets[index(entry)];
	}

	/// Returns the slot of an entry's partition.
	public int slot(long entry) {
		return this.entries.slots[index(entry)];
	}

	/// Returns the bytes that a record takes.
	public static int bytes(LogRecord record) {
		return RecordBytes.size(record);
	}

	/// Returns the bytes of an entry's record, roughly.
	public int size(long entry) {
		return this.entries.sizes[index(entry)];
	}

	/// Returns a copy of an entry's record.
	public LogRecord record(long entry) {
		int index = index(entry);
		PartitionId partition = Objects.requireNonNull(this.partitions.get(this.entries.slots[index]));
		return new JournalRecord(partition, this.entries.offsets[index],
				this.bytes.read(this.entries.positions[index]));
	}

	private boolean matches(long entry, int slot, byte[] address) {
		int index = index(entry);
		return this.entries.slots[index] == slot && this.bytes.matches(this.entries.addressPositions[index],
				this.entries.addressLengths[index], address);
	}

	private void link(LogRecord record, long position, int size, long addressPosition, byte[] address, long now) {
		if (this.next - this.first == this.entries.capacity()) {
			this.entries = this.entries.grown(this.first, this.next);
		}
		long entry = this.next++;
		int index = index(entry);
		int hash = hash(record.slot(), address);
		long earlier = this.entries.newest(hash);
		Entries all = this.entries;
		all.offsets[index] = record.offset();
		all.slots[index] = record.slot();
		all.positions[index] = position;
		all.sizes[index] = size;
		all.addressPositions[index] = addressPosition;
		all.addressLengths[index] = address.length;
		all.arrivals[index] = now;
		all.hashes[index] = hash;
		all.following[index] = NONE;
		all.previous[index] = earlier;
		if (earlier >= this.first) {
			all.following[index(earlier)] = entry;
		}
		all.newest(hash, entry);
	}

	private void makeRoom(int size, int count) {
		long start = this.bytes.startAfterReserving(size);
		while (this.first < this.next && (this.entries.positions[index(this.first)] < start
				|| this.next - this.first + count > this.maxEntries)) {
			evictFirst();
		}
	}

	private void evictFirst() {
		int index = index(this.first++);
		int slot = this.entries.slots[index];
		this.starts[slot] = Math.max(this.starts[slot], this.entries.offsets[index] + 1);
	}

	private void skip(LogRecord record) {
		this.starts[record.slot()] = record.offset() + 1;
	}

	private int index(long entry) {
		return (int) entry & (this.entries.capacity() - 1);
	}

	private static int hash(int slot, byte[] address) {
		int hash = 31 * Arrays.hashCode(address) + slot;
		// Fibonacci hashing: neighbouring hash codes spread over the upper bits.
		hash *= 0x9E3779B9;
		return hash ^ (hash >>> 15);
	}

}
