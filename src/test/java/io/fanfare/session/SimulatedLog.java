package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

import io.fanfare.journal.Journal;
import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.Admission.Admitted;
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

	final Sessions sessions;

	private final List<PartitionId> partitions = new ArrayList<>();

	private final long[] next;

	SimulatedLog(int notificationPartitions, int announcementPartitions, DataSize journal) {
		SessionProperties properties = new SessionProperties(8, DataSize.ofKilobytes(64), Duration.ofSeconds(1), 10_000,
				DataSize.ofMegabytes(16), 1000, 1000, UserLimitPolicy.REFUSE);
		InstantSource clock = InstantSource.fixed(Instant.EPOCH);
		this.sessions = new Sessions(properties, this.logThread,
				new Journal(journal.toBytes(), Duration.ofMinutes(5), new SimpleMeterRegistry()), clock,
				new SimpleMeterRegistry());
		this.next = new long[notificationPartitions + announcementPartitions];
		for (int i = 0; i < this.next.length; i++) {
			boolean note = i < notificationPartitions;
			this.partitions.add(new PartitionId(note ? NOTIFICATIONS : ANNOUNCEMENTS, "id",
					note ? i : i - notificationPartitions, i));
		}
		List<PartitionStart> begun = this.partitions.stream().map((id) -> new PartitionStart(id, 0, 0)).toList();
		this.sessions.cluster(CLUSTER);
		this.sessions.openGate();
		this.logThread.execute(() -> {
			this.sessions.fanout().begin(begun);
			this.sessions.fanout().send(new HeadUpdate(new int[0], new long[0], 0, begun), () -> {
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
			PartitionId id = this.partitions.get(slot);
			String user = users.get(random.nextInt(users.size()));
			// Offsets have holes, as behind compaction and transactions.
			this.next[slot] += random.nextInt(2);
			batch.add(new SimulatedRecord(id, this.next[slot]++, user));
		}
		published.addAll(batch);
		long[] head = this.next.clone();
		this.logThread.execute(() -> route(batch, head));
	}

	private void route(List<SimulatedRecord> batch, long[] head) {
		Fanout fanout = this.sessions.fanout();
		for (SimulatedRecord record : batch) {
			byte[] address = record.address();
			fanout.keep(record, List.of(address));
			SessionSet found = fanout.find(record.binding().addressBy(), address);
			if (found != null && RecordDecoder.decode(record) instanceof Decoded.Good good) {
				fanout.offer(found, Frame.of(good.notification(), record.slot(), record.offset()));
			}
		}
		int[] slots = new int[head.length];
		for (int i = 0; i < slots.length; i++) {
			slots[i] = i;
		}
		fanout.send(new HeadUpdate(slots, head), () -> {
		});
	}

	/// Opens a session of the user; everything of it happens on one of the loops.
	SimulatedClient open(String user, @Nullable String cursor, int loop) {
		Admitted admitted = (Admitted) this.sessions.admit(user);
		SimulatedClient client = new SimulatedClient();
		this.loops[loop].execute(() -> client.session = this.sessions.open(admitted.place(),
				Set.of(new Address("sub", user), Address.EVERYONE), Instant.MAX, this.loops[loop],
				(cursor != null) ? Cursor.decode(cursor).orElseThrow() : null, (session) -> client));
		client.loop = this.loops[loop];
		return client;
	}

	/// Runs one task of some thread.
	void step(Random random) {
		switch (random.nextInt(3)) {
			case 0 -> this.logThread.step();
			case 1 -> this.loops[0].step();
			default -> this.loops[1].step();
		}
	}

	/// Runs all tasks of all threads.
	void settle() {
		boolean ran = true;
		while (ran) {
			ran = this.logThread.step();
			ran |= this.loops[0].step();
			ran |= this.loops[1].step();
		}
	}

	/// A record of the simulated log.
	record SimulatedRecord(PartitionId id, long offset, String user) implements LogRecord {

		byte[] address() {
			return binding().toEveryone() ? new byte[0] : this.user.getBytes(StandardCharsets.UTF_8);
		}

		boolean isFor(String name) {
			return binding().toEveryone() || this.user.equals(name);
		}

		@Override
		public TopicBinding binding() {
			return this.id.binding();
		}

		@Override
		public String topicId() {
			return this.id.topicId();
		}

		@Override
		public int partition() {
			return this.id.partition();
		}

		@Override
		public int slot() {
			return this.id.slot();
		}

		@Override
		public long timestamp() {
			return 0;
		}

		@Override
		public byte[] key() {
			return this.user.getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public byte[] value() {
			return ("{\"slot\":" + slot() + ",\"offset\":" + this.offset + "}").getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public void forEachHeader(BiConsumer<String, byte @Nullable []> consumer) {
			// None.
		}

		@Override
		public byte @Nullable [] lastHeader(String name) {
			return null;
		}

	}

}
