package io.fanfare.audit;

import java.time.Duration;
import java.util.SplittableRandom;

/// What one client does to its connections, drawn from its own seed.
final class Conduct {

	private static final int MIN_BYTES = 100;

	private static final int MAX_BYTES = 60_000;

	private final SplittableRandom random;

	private final boolean steady;

	Conduct(SplittableRandom random, boolean steady) {
		this.random = random;
		this.steady = steady;
	}

	/// Returns what is done next to a connection.
	Step next() {
		int lot = this.random.nextInt(100);
		int bytes = (int) between(MIN_BYTES, MAX_BYTES);
		Duration stall = Duration.ofMillis((long) between(50, 4000));
		if (this.steady || lot < 10) {
			return new Step(Kind.STAY, Integer.MAX_VALUE, stall);
		}
		return new Step((lot < 40) ? Kind.RESET : (lot < 65) ? Kind.CUT : (lot < 88) ? Kind.STALL : Kind.LEAVE, bytes,
				stall);
	}

	/// Returns how long the client stays away after a connection that is over.
	Duration away() {
		int lot = this.random.nextInt(100);
		double millis = (lot < 70) ? between(1, 300) : (lot < 95) ? between(300, 2000) : between(2000, 8000);
		return Duration.ofMillis((long) millis);
	}

	/// Returns how long the client waits after an attempt that failed.
	Duration backoff() {
		return Duration.ofMillis(this.random.nextInt(200, 1000));
	}

	/// Returns which of two gateways the client connects to.
	int gateway() {
		return this.random.nextInt(2);
	}

	/// Small values as likely as large ones.
	private double between(double from, double to) {
		return from * Math.pow(to / from, this.random.nextDouble());
	}

	enum Kind {

		/// Nothing is done.
		STAY,

		/// The connection is cut with a reset (RST).
		RESET,

		/// The connection is cut with an end (FIN).
		CUT,

		/// Nothing is read for a while.
		STALL,

		/// The connection is closed in order, by RFC 6455 §7.

		LEAVE

	}

	/// What is done to a connection, and when.
	///
	/// @param kind what is done
	/// @param bytes how many bytes are received before it
	/// @param stall how long nothing is read, where that is what is done
	record Step(Kind kind, int bytes, Duration stall) {
	}

}
