package io.fanfare.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.fanfare.notification.Address;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.notification.PartitionId;
import io.fanfare.notification.PartitionStart;
import io.fanfare.notification.TopicBinding;
import io.fanfare.routing.Router;
import io.fanfare.session.Admission;
import io.fanfare.session.Beginning;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.session.Sessions;
import io.fanfare.session.TestSessions;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.util.unit.DataSize;

/// A batch of 500 records on the log thread: for nobody here, and each for one of 1,000 sessions,
/// with the hand-off to one event loop and its offers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {

	private static final int BATCH = 500;

	private static final int USERS = 1000;

	private final Queue<Runnable> loop = new ArrayDeque<>();

	/// One for all sessions: each executor is taken for an event loop of its own.
	private final Executor eventLoop = this.loop::add;

	private final List<BenchRecord> absent = new ArrayList<>();

	private final List<BenchRecord> present = new ArrayList<>();

	private Router router;

	private long head;

	@Setup
	public void open() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		Sessions sessions = TestSessions.bounded(256, DataSize.ofMegabytes(1), USERS, 1, UserLimitPolicy.REFUSE,
				Runnable::run, InstantSource.system(), registry);
		this.router = new Router(sessions, Runnable::run, new Recipients(64 * 1024), (record, reason) -> {
		}, InstantSource.system(), registry);
		PartitionId id = new PartitionId(new TopicBinding("notifications", "sub", null, "note"), "ab12cd34", 0, 0);
		this.router.cluster("cluster");
		this.router.route(List.of(), new HeadUpdate(List.of(new PartitionStart(id, 0, 0, 1))), () -> {
		});
		this.router.topicsSeen();
		for (int i = 0; i < USERS; i++) {
			if (sessions.admit("user-" + i) instanceof Admission.Admitted(var place)) {
				sessions.open(place, Set.of(new Address("sub", "user-" + i)), Instant.MAX, this.eventLoop,
						new Beginning.Now(), TakingClient::new);
			}
		}
		runLoop();
		byte[] value = ("{\"text\":\"" + "x".repeat(189) + "\"}").getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < BATCH; i++) {
			this.absent.add(new BenchRecord(id, i, ("nobody-" + i).getBytes(StandardCharsets.US_ASCII), value));
			this.present.add(new BenchRecord(id, i, ("user-" + i).getBytes(StandardCharsets.US_ASCII), value));
		}
	}

	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void absent() {
		route(this.absent);
	}

	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void unicast() {
		route(this.present);
	}

	private void route(List<BenchRecord> records) {
		this.head += BATCH;
		this.router.route(records, new HeadUpdate(new int[] { 0 }, new long[] { this.head }), () -> {
		});
		runLoop();
	}

	private void runLoop() {
		while (!this.loop.isEmpty()) {
			this.loop.remove().run();
		}
	}

}
