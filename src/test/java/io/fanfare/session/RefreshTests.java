package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TestRecord;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.Frame;
import io.fanfare.wire.RecordDecoder;
import io.fanfare.wire.RecordDecoder.Decoded.Good;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/// A fresh token that changes a session's addresses, against batches and replays under way.
class RefreshTests {

	private static final TopicBinding TENANTS = new TopicBinding("tenants", "tenant", null, "type");

	private static final Address ALICE = new Address("sub", "alice");

	private static final Address ACME = new Address("tenant", "acme");

	private static final Address GLOBEX = new Address("tenant", "globex");

	private final StepExecutor logThread = new StepExecutor();

	private final StepExecutor loop = new StepExecutor();

	private final Sessions sessions = TestSessions.bounded(4, DataSize.ofKilobytes(64), 10, 10, UserLimitPolicy.REFUSE,
			this.logThread, InstantSource.fixed(Instant.EPOCH), new SimpleMeterRegistry());

	private long head;

	@BeforeEach
	void begin() {
		List<PartitionStart> begun = List.of(new PartitionStart(new PartitionId(TENANTS, "Tk3cQ_xz", 0, 0), 0, 0, 1));
		this.sessions.cluster("cluster");
		this.sessions.openGate();
		this.logThread.execute(() -> {
			this.sessions.fanout().begin(begun);
			this.sessions.fanout().send(new HeadUpdate(begun), () -> {
			});
		});
		settle();
	}

	@Test
	void leavesOutWhatIsQueuedForADroppedTenant() {
		SimulatedClient client = open(Set.of(ALICE, ACME), null);
		publish("acme");
		settle();
		publish("acme");
		this.logThread.step();

		// One frame waits in the outbox, one in a batch that the loop has yet to carry
		// out.
		refresh(client, Set.of(ALICE, GLOBEX));
		publish("acme");
		publish("globex");
		settle();
		client.read(10);
		settle();

		assertThat(offsets(client)).containsExactly(3L);
	}

	@Test
	void keepsWhatIsQueuedForAnAddressThatStays() {
		SimulatedClient client = open(Set.of(ALICE, ACME, GLOBEX), null);
		publish("globex");
		publish("acme");
		settle();

		refresh(client, Set.of(ALICE, GLOBEX));
		settle();
		client.read(10);
		settle();

		assertThat(offsets(client)).containsExactly(0L);
	}

	/// A record for many is handed over for all at once: for those who are there then.
	@Test
	void showsNothingOfATenantThatOneOfItsManyHasLeft() {
		List<SimulatedClient> members = IntStream.rangeClosed(0, Fanout.ROSTER_FROM)
			.mapToObj((i) -> open(Set.of(ALICE, ACME), null))
			.toList();
		publish("acme");
		settle();

		refresh(members.get(1), Set.of(ALICE));
		publish("acme");
		settle();
		publish("acme");
		settle();
		members.forEach((member) -> member.read(10));
		settle();

		assertThat(offsets(members.get(1))).doesNotContain(2L);
		assertThat(offsets(members.getLast())).containsExactly(0L, 1L, 2L);
	}

	@Test
	void showsANewTenantNothingFromBefore() {
		SimulatedClient client = open(Set.of(ALICE, ACME), null);
		publish("globex");
		publish("acme");
		refresh(client, Set.of(ALICE, ACME, GLOBEX));
		publish("globex");
		settle();
		client.read(10);
		settle();

		assertThat(offsets(client)).containsExactly(1L, 2L);
	}

	@Test
	void changesTheAddressesOfASessionThatIsBehind() {
		SimulatedClient client = open(Set.of(ALICE, ACME), null);
		for (int i = 0; i < 6; i++) {
			publish("acme");
			publish("globex");
		}
		settle();

		// Four frames are queued, the rest is in the journal.
		refresh(client, Set.of(ALICE, GLOBEX));
		settle();
		publish("acme");
		publish("globex");
		settle();
		client.read(100);
		settle();

		assertThat(offsets(client)).containsExactly(13L);
	}

	@Test
	void resumesAfterARefreshWhereItWas() {
		SimulatedClient client = open(Set.of(ALICE, ACME), null);
		publish("globex");
		settle();
		refresh(client, Set.of(ALICE, GLOBEX));
		settle();
		client.read(100);
		settle();
		client.disconnect();
		publish("globex");
		settle();

		SimulatedClient again = open(Set.of(ALICE, GLOBEX), client.cursor);
		again.read(100);
		settle();

		assertThat(offsets(again)).containsExactly(1L);
		assertThat(again.gaps).isEmpty();
	}

	private SimulatedClient open(Set<Address> addresses, @Nullable String cursor) {
		Admission.Admitted admitted = (Admission.Admitted) this.sessions.admit("alice");
		SimulatedClient client = new SimulatedClient();
		client.loop = this.loop;
		Beginning beginning = (cursor != null) ? new Beginning.At(Cursor.decode(cursor).orElseThrow())
				: new Beginning.Now();
		this.loop.execute(() -> client.session = this.sessions.open(admitted.place(), addresses, Instant.MAX, this.loop,
				beginning, (session) -> client));
		settle();
		return client;
	}

	/// Hands the log thread the fresh addresses, as a task of the loop that has run.
	private void refresh(SimulatedClient client, Set<Address> addresses) {
		Objects.requireNonNull(client.session).refresh(addresses);
	}

	private void publish(String tenant) {
		TestRecord record = TestRecord.of("1").key(tenant).boundBy(TENANTS).at(this.head++);
		long next = this.head;
		this.logThread.execute(() -> {
			List<byte[]> recipients = List.of(tenant.getBytes(StandardCharsets.UTF_8));
			Fanout fanout = this.sessions.fanout();
			fanout.keep(record, recipients, 0);
			SessionSet found = fanout.find("tenant", recipients.getFirst());
			if (found != null && RecordDecoder.decode(record) instanceof Good good) {
				fanout.offer(found, Frame.of(good.notification(), 0, record.offset(), "tenant", recipients));
			}
			fanout.send(new HeadUpdate(new int[] { 0 }, new long[] { next }), () -> {
			});
		});
	}

	private void settle() {
		boolean ran = true;
		while (ran) {
			ran = this.logThread.step();
			ran |= this.loop.step();
		}
	}

	private static List<Long> offsets(SimulatedClient client) {
		return client.received.stream().map(Frame::offset).toList();
	}

}
