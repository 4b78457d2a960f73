package io.fanfare.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.fanfare.notification.PartitionId;
import io.fanfare.notification.TopicBinding;
import io.fanfare.wire.Frame;
import io.fanfare.wire.RecordDecoder;
import io.fanfare.wire.RecordDecoder.Decoded.Good;
import io.fanfare.wire.Recipients;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One plain record of 200 bytes: whom it is for, and its whole frame.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {

	private final byte[] key = "alice".getBytes(StandardCharsets.US_ASCII);

	private final BenchRecord record = new BenchRecord(
			new PartitionId(new TopicBinding("notifications", "sub", null, "note"), "ab12cd34", 7, 7), 42, this.key,
			("{\"text\":\"" + "x".repeat(189) + "\"}").getBytes(StandardCharsets.US_ASCII));

	private final Recipients recipients = new Recipients(64 * 1024);

	@Benchmark
	public Recipients.Outcome recipients() {
		return this.recipients.of(this.record);
	}

	@Benchmark
	public Frame encode() {
		Good decoded = (Good) RecordDecoder.decode(this.record);
		return Frame.of(decoded.notification(), 7, 42, "sub", List.of(this.key));
	}

}
