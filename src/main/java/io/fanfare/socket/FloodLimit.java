package io.fanfare.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/// How many upgrades are looked at in a second, in all and of one peer address. The burst is
/// one second's worth. Remembers a bounded number of addresses, the latest. Safe for use by
/// several threads.
final class FloodLimit {

	private static final int MAX_ADDRESSES = 10_000;

	private final int perSecond;

	private final int perAddress;

	private final LongSupplier nanoTime;

	private final Bucket all = new Bucket();

	private final Map<InetAddress, Bucket> byAddress = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
			return size() > MAX_ADDRESSES;
		}

	};

	/// @param perSecond upgrades in all, 0 for no limit
	/// @param perAddress upgrades of one address, 0 for no limit
	FloodLimit(int perSecond, int perAddress, LongSupplier nanoTime) {
		this.perSecond = perSecond;
		this.perAddress = perAddress;
		this.nanoTime = nanoTime;
	}

	/// Takes one upgrade.
	/// @return why it is not looked at, or `null` where it is
	synchronized @Nullable Refusal take(@Nullable InetSocketAddress peer) {
		long now = this.nanoTime.getAsLong();
		InetAddress address = (peer != null) ? peer.getAddress() : null;
		if (this.perAddress > 0 && address != null
				&& !this.byAddress.computeIfAbsent(address, (key) -> new Bucket()).take(now, this.perAddress)) {
			return Refusal.ADDRESS_FLOOD;
		}
		return (this.perSecond == 0 || this.all.take(now, this.perSecond)) ? null : Refusal.FLOOD;
	}

	/// The generic cell rate algorithm (ITU-T I.371).
	private static final class Bucket {

		private static final long SECOND = Duration.ofSeconds(1).toNanos();

		private boolean started;

		private long theoreticalArrival;

		boolean take(long now, int perSecond) {
			long interval = SECOND / perSecond;
			if (!this.started || this.theoreticalArrival - now < 0) {
				this.started = true;
				this.theoreticalArrival = now;
			}
			if (this.theoreticalArrival - now > SECOND - interval) {
				return false;
			}
			this.theoreticalArrival += interval;
			return true;
		}

	}

}
