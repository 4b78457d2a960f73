package io.fanfare.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.CursorWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Cursors of 12 partitions, encoded and decoded.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorBenchmark {

	private static final int LANES = 12;

	private final int name = Cursor.hash("notifications");

	private final int id = Cursor.hash("ab12cd34");

	private final String addresses = Cursor.addressPart(List.of(new Address("sub", "alice")));

	private final String text = new String(encode(), StandardCharsets.US_ASCII) + "." + this.addresses;

	private long head = 1_000_000_000L;

	@Benchmark
	public byte[] encode() {
		CursorWriter writer = new CursorWriter().begin(1, 1_795_000_000_000L, 1)
			.topic(this.name, this.id, LANES, LANES);
		for (int lane = 0; lane < LANES; lane++) {
			writer.lane(lane, this.head++, 3);
		}
		return writer.toAscii();
	}

	@Benchmark
	public Optional<Cursor> decode() {
		return Cursor.decode(this.text);
	}

}
