package io.fanfare.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FloodLimitTests {

	/// Near the wrap of [System#nanoTime()].
	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);

	@Test
	void letsOneSecondsWorthInAtOnceAndThenOnePerInterval() {
		FloodLimit limit = new FloodLimit(10, 0, this.nanoTime::get);

		assertThat(taken(limit, 100, "10.0.0.1")).isEqualTo(10);

		pass(Duration.ofMillis(99));
		assertThat(taken(limit, 100, "10.0.0.1")).isZero();
		pass(Duration.ofMillis(1));
		assertThat(taken(limit, 100, "10.0.0.1")).isEqualTo(1);
		pass(Duration.ofMillis(500));
		assertThat(taken(limit, 100, "10.0.0.1")).isEqualTo(5);
		pass(Duration.ofHours(1));
		assertThat(taken(limit, 100, "10.0.0.1")).isEqualTo(10);
	}

	@Test
	void limitsEachAddressByItself() {
		FloodLimit limit = new FloodLimit(0, 3, this.nanoTime::get);

		assertThat(taken(limit, 10, "10.0.0.1")).isEqualTo(3);
		assertThat(taken(limit, 10, "10.0.0.2")).isEqualTo(3);
		assertThat(limit.take(peer("10.0.0.1"))).isEqualTo(Refusal.ADDRESS_FLOOD);
	}

	@Test
	void anAddressOverItsLimitUsesUpNothingOfTheOthers() {
		FloodLimit limit = new FloodLimit(5, 1, this.nanoTime::get);

		assertThat(taken(limit, 1000, "10.0.0.1")).isEqualTo(1);

		assertThat(taken(limit, 1, "10.0.0.2") + taken(limit, 1, "10.0.0.3") + taken(limit, 1, "10.0.0.4")
				+ taken(limit, 1, "10.0.0.5"))
			.isEqualTo(4);
		assertThat(limit.take(peer("10.0.0.6"))).isEqualTo(Refusal.FLOOD);
	}

	@Test
	void zeroIsNoLimit() {
		FloodLimit limit = new FloodLimit(0, 0, this.nanoTime::get);

		assertThat(taken(limit, 100_000, "10.0.0.1")).isEqualTo(100_000);
		assertThat(limit.take(null)).isNull();
	}

	@Test
	void remembersTheLatestTenThousandAddresses() {
		FloodLimit limit = new FloodLimit(0, 1, this.nanoTime::get);
		taken(limit, 1, "10.0.0.1");

		for (int i = 0; i < 9_999; i++) {
			taken(limit, 1, "10.1." + i / 256 + "." + i % 256);
		}
		assertThat(taken(limit, 1, "10.0.0.1")).isZero();
		for (int i = 0; i < 10_000; i++) {
			taken(limit, 1, "10.2." + i / 256 + "." + i % 256);
		}

		assertThat(taken(limit, 1, "10.0.0.1")).isEqualTo(1);
	}

	private static int taken(FloodLimit limit, int attempts, String address) {
		InetSocketAddress peer = peer(address);
		int taken = 0;
		for (int i = 0; i < attempts; i++) {
			taken += (limit.take(peer) == null) ? 1 : 0;
		}
		return taken;
	}

	private static InetSocketAddress peer(String address) {
		try {
			return new InetSocketAddress(InetAddress.getByName(address), 1);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(address, ex);
		}
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

}
