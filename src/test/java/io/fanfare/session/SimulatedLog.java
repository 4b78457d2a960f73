package io.fanfare.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.HeadUpdate.EpochStart;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.Admission.Admitted;
import io.fanfare.session.SessionProperties.GapDetail;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.Frame;
import io.fanfare.wire.RecordDecoder;
import io.fanfare.wire.RecordDecoder.Decoded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/// The sessions of one replica over a log, with the log thread and two event loops that run
/// one task when told to: every interleaving can be made, and made again.
final class SimulatedLog {

	static final String CLUSTER = "cluster";

	static final TopicBinding NOTIFICATIONS = new TopicBinding("notifications", "sub", null, "note");

	static final TopicBinding ANNOUNCEMENTS = new TopicBinding("announcements", Address.EVERYONE_CLAIM, null, "news");

	final StepExecutor logThread = new StepExecutor();

	final StepExecutor[] loops = { new StepExecutor(), new StepExecutor() };

	/// Stands for the thread that reads partitions back.
	final StepExecutor reader = new StepExecutor();

	final SimulatedOlderLog older = new SimulatedOlderLog(this.reader);

	final Sessions sessions;

	/// What expiry is compared with.
	Instant now = Instant.EPOCH;

	private final List<PartitionId> partitions = new ArrayList<>();

	private final long[] next;

	/// A log of notifications and announcements that resumes may replay as far as the
	/// defaults allow.
	/// @param journal size of the journal, of any size
	/// @param readers how many partitions are read back at once
	SimulatedLog(int notificationPartitions, int announcementPartitions, DataSize journal, int readers) {
		this(List.of(new Topic(NOTIFICATIONS, notificationPartitions),
				new Topic(ANNOUNCEMENTS, announcementPartitions)), journal, readers, 10_000, 0);
	}

	/// @param topics bound topics; slots are numbered through all of them
	/// @param replayMaxRecords records that one resume or lag replays at most
	/// @param first offset at which reading began, of every partition
	SimulatedLog(List<Topic> topics, DataSize journal, int readers, int replayMaxRecords, long first) {
		this(topics, journal, readers, replayMaxRecords, first, first);
	}

	/// @param end offset at which each partition ended when reading began
	SimulatedLog(List<Topic> topics, DataSize journal, int readers, int replayMaxRecords, long first, long end) {
		SessionProperties properties = new SessionProperties(8, DataSize.ofKilobytes(64), Duration.ofSeconds(1),
				replayMaxRecords, DataSize.ofMegabytes(16), GapDetail.OFFSETS, 1000, 1000, UserLimitPolicy.REFUSE);
		this.sessions = TestSessions.over(properties, journal, readers, this.older, this.logThread,
				this.logThread::executeLater, () -> this.now, new SimpleMeterRegistry());
		List<PartitionStart> begun = new ArrayList<>();
		for (Topic topic : topics) {
			for (int partition = 0; partition < topic.partitions(); partition++) {
				PartitionId id = new PartitionId(topic.binding(), "id", partition, begun.size());
				this.partitions.add(id);
				begun.add(new PartitionStart(id, first, end, topic.partitions()));
			}
		}
		this.next = new long[begun.size()];
		Arrays.fill(this.next, first);
		this.sessions.cluster(CLUSTER);
		this.sessions.openGate();
		this.logThread.execute(() -> {
			this.sessions.fanout().begin(begun);
			this.sessions.fanout().send(new HeadUpdate(begun), () -> {
			});
		});
		settle();
	}

	int slots() {
		return this.partitions.size();
	}

	int slotOf(String topic, int partition) {
		return this.partitions.stream()
			.filter((id) -> id.binding().topic().equals(topic) && id.partition() == partition)
			.findFirst()
			.orElseThrow()
			.slot();
	}

	/// Appends one batch of records, each to a random partition, as a task of the log
	/// thread.
	/// @param users recipients of notifications
	void publish(Random random, List<String> users, int records, List<SimulatedRecord> published) {
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < records; i++) {
			int slot = random.nextInt(slots());
			// Offsets have holes, as behind compaction and transactions.
			this.next[slot] += random.nextInt(2);
			batch.add(record(slot, users.get(random.nextInt(users.size()))));
		}
		published.addAll(batch);
		publish(batch);
	}

	/// Returns the next record of a slot, which is to be published before any other of
	/// it.
	SimulatedRecord record(int slot, String... recipients) {
		return SimulatedRecord.of(this.partitions.get(slot), this.next[slot]++, recipients);
	}

	/// Appends so many records, each for everybody who is named, as one batch.
	void publish(int slot, int records, String... recipients) {
		List<SimulatedRecord> batch = new ArrayList<>();
		for (int i = 0; i < records; i++) {
			batch.add(record(slot, recipients));
		}
		publish(batch);
	}

	/// Appends one batch, as a task of the log thread; without records Head alone moves.
	void publish(List<SimulatedRecord> batch) {
		this.older.add(batch);
		long[] head = this.next.clone();
		this.logThread.execute(() -> route(batch, head));
	}

	/// Moves a slot on without a record, as a transaction's marker does.
	void skip(int slot, int offsets) {
		this.next[slot] += offsets;
	}

	private void route(List<SimulatedRecord> batch, long[] head) {
		Fanout fanout = this.sessions.fanout();
		for (SimulatedRecord record : batch) {
			List<byte[]> addresses = record.addresses();
			fanout.keep(record, addresses, this.now.toEpochMilli());
			List<SessionSet> found = addresses.stream()
				.map((address) -> fanout.find(record.binding().addressBy(), address))
				.filter(Objects::nonNull)
				.toList();
			if (!found.isEmpty() && RecordDecoder.decode(record) instanceof Decoded.Good good) {
				fanout.offer(found, Frame.of(good.notification(), record.slot(), record.offset(),
						record.binding().addressBy(), addresses));
			}
		}
		int[] slots = IntStream.range(0, head.length).toArray();
		List<EpochStart> epochs = batch.stream()
			.map((record) -> new EpochStart(record.slot(), record.leaderEpoch(), record.offset()))
			.toList();
		long time = batch.stream().mapToLong(SimulatedRecord::timestamp).max().orElse(0);
		fanout.send(new HeadUpdate(slots, head, time, List.of(), epochs), () -> {
		});
	}

	/// Opens a session of the user; everything of it happens on one of the loops.
	SimulatedClient open(String user, @Nullable String cursor, int loop) {
		return open(Set.of(new Address("sub", user), Address.EVERYONE), cursor, loop);
	}

	/// Opens a session with these addresses.
	SimulatedClient open(Set<Address> addresses, @Nullable String cursor, int loop) {
		Admitted admitted = (Admitted) this.sessions.admit("user");
		SimulatedClient client = new SimulatedClient();
		this.loops[loop].execute(
				() -> client.session = this.sessions.open(admitted.place(), addresses, Instant.MAX, this.loops[loop],
						(cursor != null) ? new Beginning.At(Cursor.decode(cursor).orElseThrow()) : new Beginning.Now(),
						(session) -> client));
		client.loop = this.loops[loop];
		return client;
	}

	/// Looks at who waits, as the replica does now and then.
	void look() {
		look(this.next.clone());
	}

	/// Looks at who waits.
	/// @param ends ends of the log by slot
	void look(long... ends) {
		this.logThread.execute(() -> this.sessions.ends(ends));
	}

	/// Runs one task of some thread.
	void step(Random random) {
		switch (random.nextInt(5)) {
			case 0 -> this.logThread.step();
			case 4 -> this.logThread.stepLater();
			case 1 -> this.reader.step();
			case 2 -> this.loops[0].step();
			default -> this.loops[1].step();
		}
	}

	/// Runs all tasks of all threads.
	void settle() {
		boolean ran = true;
		while (ran) {
			ran = this.logThread.step();
			ran |= this.reader.step();
			ran |= this.loops[0].step();
			ran |= this.loops[1].step();
		}
	}

	/// A bound topic of the simulated log.
	record Topic(TopicBinding binding, int partitions) {
	}

}
