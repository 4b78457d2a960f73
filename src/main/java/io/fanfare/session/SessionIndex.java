package io.fanfare.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.fanfare.notification.Address;
import org.jspecify.annotations.Nullable;

/// The sessions by address, found by the raw bytes of a record's key. Owned by the log
/// thread.
final class SessionIndex {

	private final Map<String, Map<Value, SessionSet>> byClaim = new HashMap<>();

	private final Value probe = new Value(new byte[0]);

	void add(Session session) {
		Set<Address> addresses = session.indexed().addresses();
		SessionSet.Membership[] memberships = new SessionSet.Membership[addresses.size()];
		int i = 0;
		for (Address address : addresses) {
			memberships[i++] = this.byClaim.computeIfAbsent(address.claim(), (claim) -> new HashMap<>())
				.computeIfAbsent(new Value(address.value().getBytes(StandardCharsets.UTF_8)),
						(value) -> new SessionSet())
				.add(session);
		}
		session.memberships(memberships);
	}

	void remove(Session session) {
		SessionSet.Membership[] memberships = session.memberships();
		if (memberships == null) {
			return;
		}
		session.memberships(null);
		for (SessionSet.Membership membership : memberships) {
			membership.remove();
		}
		for (Address address : session.indexed().addresses()) {
			Map<Value, SessionSet> values = this.byClaim.get(address.claim());
			if (values != null) {
				this.probe.set(address.value().getBytes(StandardCharsets.UTF_8));
				SessionSet set = values.get(this.probe);
				if (set != null && set.isEmpty()) {
					values.remove(this.probe);
				}
			}
		}
	}

	/// Returns the sessions that have the claim with exactly these bytes as a value.
	@Nullable SessionSet find(String claim, byte[] value) {
		Map<Value, SessionSet> values = this.byClaim.get(claim);
		if (values == null) {
			return null;
		}
		this.probe.set(value);
		return values.get(this.probe);
	}

	/// Bytes compared by content. One mutable instance serves as the probe.
	private static final class Value {

		private byte[] bytes;

		private int hash;

		Value(byte[] bytes) {
			this.bytes = bytes;
			this.hash = Arrays.hashCode(bytes);
		}

		void set(byte[] newBytes) {
			this.bytes = newBytes;
			this.hash = Arrays.hashCode(newBytes);
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Value value && Arrays.equals(this.bytes, value.bytes);
		}

	}

}
