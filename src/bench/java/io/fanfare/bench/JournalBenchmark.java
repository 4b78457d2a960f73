package io.fanfare.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.fanfare.journal.Journal;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A full journal of 64 MiB: appending 200-byte records for 10,000 users in 12 partitions, and
/// finding the newest 20 of one of them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JournalBenchmark {

	private static final int USERS = 10_000;

	private static final int PARTITIONS = 12;

	private static final int FOUND = 20;

	private final PartitionId[] partitions = new PartitionId[PARTITIONS];

	private final byte[][] keys = new byte[USERS][];

	private final byte[] value = "x".repeat(200).getBytes(StandardCharsets.US_ASCII);

	private Journal journal;

	private int next;

	private long offset;

	@Setup(Level.Trial)
	public void fill() {
		TopicBinding binding = new TopicBinding("notifications", "sub", null, "note");
		this.journal = new Journal(64L * 1024 * 1024, Duration.ofMinutes(5));
		for (int i = 0; i < PARTITIONS; i++) {
			this.partitions[i] = new PartitionId(binding, "ab12cd34", i, i);
			this.journal.begin(this.partitions[i], 0);
		}
		for (int i = 0; i < USERS; i++) {
			this.keys[i] = ("user-" + i).getBytes(StandardCharsets.US_ASCII);
		}
		for (int i = 0; i < 400_000; i++) {
			append();
		}
	}

	@Benchmark
	public void append() {
		int user = this.next++ % USERS;
		PartitionId partition = this.partitions[user % PARTITIONS];
		LogRecord record = new BenchRecord(partition, this.offset++, this.keys[user], this.value);
		this.journal.append(record, List.of(this.keys[user]), 0);
	}

	@Benchmark
	@OperationsPerInvocation(FOUND)
	public int find() {
		int user = this.next++ % USERS;
		int slot = user % PARTITIONS;
		int found = 0;
		long entry = this.journal.find(slot, this.keys[user], this.offset - (long) FOUND * USERS);
		while (entry != Journal.NONE) {
			found += this.journal.size(entry);
			entry = this.journal.after(entry, slot, this.keys[user]);
		}
		return found;
	}

}
