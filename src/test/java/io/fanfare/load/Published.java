package io.fanfare.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What was published for each session, and where in the log it stands.
///
/// Threads: one session's records are published by one thread at a time, and their positions
/// come from one producer; whoever reads does so after [Publisher#flush()].
final class Published {

	private final byte[][] keys;

	private final int[] counts;

	private final int[] partitions;

	/// Offsets by session and number; a session's are empty until the first is known.
	private final long[][] offsets;

	private int toEveryone;

	Published(int sessions) {
		this.keys = new byte[sessions][];
		for (int session = 0; session < sessions; session++) {
			this.keys[session] = Tokens.user(session).getBytes(StandardCharsets.UTF_8);
		}
		this.counts = new int[sessions];
		this.partitions = new int[sessions];
		this.offsets = new long[sessions][0];
	}

	byte[] key(int session) {
		return this.keys[session];
	}

	/// Takes the number of the next record for a session.
	int take(int session) {
		return this.counts[session]++;
	}

	/// Takes the number of the next record for everyone.
	int takeForEveryone() {
		return this.toEveryone++;
	}

	/// Returns how many records there are for a session alone.
	int count(int session) {
		return this.counts[session];
	}

	/// Returns how many records there are for everyone.
	int countForEveryone() {
		return this.toEveryone;
	}

	/// Returns how many records there are for these sessions, each of them alone.
	long count(SessionRange sessions) {
		return sessions.stream().mapToLong((session) -> this.counts[session]).sum();
	}

	/// The log has the record.
	void at(int session, int sequence, int partition, long offset) {
		this.partitions[session] = partition;
		long[] known = this.offsets[session];
		if (sequence >= known.length) {
			known = Arrays.copyOf(known, Math.max(8, sequence * 2));
			this.offsets[session] = known;
		}
		known[sequence] = offset;
	}

	/// Whether a session's record lies within that gap.
	boolean isWithin(Gap gap, int session, int sequence) {
		return gap.topic().equals(BrokerMain.USER_TOPIC) && gap.partition() == this.partitions[session]
				&& sequence < this.offsets[session].length && this.offsets[session][sequence] >= gap.from()
				&& this.offsets[session][sequence] < gap.to();
	}

}
