package io.fanfare.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.fanfare.journal.OlderLog;
import io.fanfare.notification.PartitionId;

/// All that was ever published, to be read back a few records at a time.
final class SimulatedOlderLog implements OlderLog {

	private static final int CHUNK = 7;

	private final Executor thread;

	private final Map<Integer, List<SimulatedRecord>> bySlot = new HashMap<>();

	/// First offset that is held, by slot.
	private final Map<Integer, Long> beginnings = new HashMap<>();

	int open;

	int mostOpen;

	int opened;

	SimulatedOlderLog(Executor thread) {
		this.thread = thread;
	}

	void add(List<SimulatedRecord> records) {
		records
			.forEach((record) -> this.bySlot.computeIfAbsent(record.slot(), (slot) -> new ArrayList<>()).add(record));
	}

	/// Deletes what is older than an offset.
	void deleteBefore(int slot, long offset) {
		this.beginnings.put(slot, offset);
	}

	@Override
	public Reading read(PartitionId partition, long from, int epoch, Reader reader) {
		this.opened++;
		this.mostOpen = Math.max(this.mostOpen, ++this.open);
		return new Reading() {

			private long next = from;

			private int unchecked = epoch;

			private boolean closed;

			@Override
			public void more() {
				SimulatedOlderLog.this.thread.execute(this::readOn);
			}

			private void readOn() {
				long beginning = SimulatedOlderLog.this.beginnings.getOrDefault(partition.slot(), 0L);
				if (this.closed) {
					return;
				}
				if (this.next < beginning) {
					move(beginning);
					return;
				}
				List<SimulatedRecord> all = SimulatedOlderLog.this.bySlot.getOrDefault(partition.slot(), List.of());
				long end = endOf(all);
				if (this.next > end) {
					move(end);
					return;
				}
				List<SimulatedRecord> found = all.stream()
					.filter((record) -> record.offset() >= this.next)
					.limit(CHUNK)
					.toList();
				if (!found.isEmpty()) {
					this.next = found.getLast().offset() + 1;
				}
				reader.read(found, this.next);
			}

			// As brokers tell it who are asked for an epoch's end.
			private long endOf(List<SimulatedRecord> all) {
				int known = this.unchecked;
				this.unchecked = -1;
				return all.stream()
					.filter((record) -> known >= 0 && record.leaderEpoch() > known)
					.mapToLong(SimulatedRecord::offset)
					.findFirst()
					.orElse(Long.MAX_VALUE);
			}

			private void move(long to) {
				this.next = to;
				reader.moved(to);
			}

			@Override
			public void close() {
				if (!this.closed) {
					this.closed = true;
					SimulatedOlderLog.this.open--;
				}
			}

		};
	}

	@Override
	public CompletionStage<List<Found>> find(List<PartitionId> partitions, Instant time) {
		return CompletableFuture
			.completedStage(partitions.stream().map((partition) -> new Found(0, time.toEpochMilli())).toList());
	}

}
