package io.fanfare.bench;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.fanfare.notification.Notification;
import io.fanfare.session.Outbox;
import io.fanfare.wire.Frame;
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
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/// A frame through an outbox: straight through, and queued ten at a time.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OutboxBenchmark {

	private static final int QUEUED = 10;

	private final Frame frame = Frame.of(
			new Notification(new byte[0], "{}".getBytes(StandardCharsets.US_ASCII), 0, Notification.NEVER, null), 0, 0, "sub",
			List.of());

	private Outbox outbox;

	private Taking subscriber;

	@Setup
	public void subscribe() {
		this.outbox = new Outbox(256, 128 * 1024, InstantSource.system());
		this.subscriber = new Taking();
		this.outbox.subscribe(this.subscriber);
	}

	@Benchmark
	public Frame straightThrough() {
		this.subscriber.request(1);
		this.outbox.offer(this.frame);
		return this.subscriber.last;
	}

	@Benchmark
	@OperationsPerInvocation(QUEUED)
	public Frame queued() {
		for (int i = 0; i < QUEUED; i++) {
			this.outbox.offer(this.frame);
		}
		this.subscriber.request(QUEUED);
		return this.subscriber.last;
	}

	private static final class Taking extends BaseSubscriber<Frame> {

		private Frame last;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// Asks when the benchmark does.
		}

		@Override
		protected void hookOnNext(Frame frame) {
			this.last = frame;
		}

	}

}
