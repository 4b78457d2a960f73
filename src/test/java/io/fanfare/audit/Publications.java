package io.fanfare.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What has been published, and where the broker put it.
///
/// Threads: any.
final class Publications {

	private static final int NONE = -1;

	private final long start = System.nanoTime();

	private final @Nullable String[] recipients;

	private final long[] sentAt;

	/// Numbers by offset.
	private final Map<Lane, int[]> numbers = new HashMap<>();

	private int sent;

	private int stored;

	/// @param count notifications that will be published at most
	Publications(int count) {
		this.recipients = new String[count];
		this.sentAt = new long[count];
	}

	/// The next one is about to be published.
	synchronized void sending(Message message) {
		this.recipients[message.number()] = message.to();
		this.sentAt[message.number()] = System.nanoTime();
		this.sent = message.number() + 1;
	}

	/// The broker has it.
	synchronized void stored(Message message, int partition, long offset) {
		int index = Math.toIntExact(offset);
		int[] lane = this.numbers.getOrDefault(new Lane(message.topic(), partition), new int[0]);
		if (index >= lane.length) {
			int known = lane.length;
			lane = Arrays.copyOf(lane, Math.max(index + 1, 2 * known));
			Arrays.fill(lane, known, lane.length, NONE);
			this.numbers.put(new Lane(message.topic(), partition), lane);
		}
		lane[index] = message.number();
		this.stored++;
	}

	/// Returns how many were about to be published so far: who is ready now must get
	/// every later one.
	synchronized int sent() {
		return this.sent;
	}

	/// Returns how many the broker has.
	synchronized int stored() {
		return this.stored;
	}

	/// Whether a notification of that number was sent to that recipient.
	synchronized boolean isSent(int number, String to) {
		return number >= 0 && number < this.sent && to.equals(this.recipients[number]);
	}

	/// Whether the broker is known to have stored it there.
	synchronized boolean isAt(int number, Lane lane, long offset) {
		int[] known = this.numbers.get(lane);
		return known != null && offset >= 0 && offset < known.length && known[(int) offset] == number;
	}

	/// Returns the offset after the last one of a partition that is known to be
	/// stored.
	synchronized long end(Lane lane) {
		int[] known = this.numbers.getOrDefault(lane, new int[0]);
		int end = known.length;
		while (end > 0 && known[end - 1] == NONE) {
			end--;
		}
		return end;
	}

	/// Returns what the broker has, by recipient, each partition in order.
	synchronized Map<String, List<Place>> byRecipient() {
		Map<String, List<Place>> places = new HashMap<>();
		this.numbers.forEach((lane, known) -> {
			for (int offset = 0; offset < known.length; offset++) {
				if (known[offset] != NONE) {
					places.computeIfAbsent(String.valueOf(this.recipients[known[offset]]), (to) -> new ArrayList<>())
						.add(new Place(known[offset], lane, offset));
				}
			}
		});
		return places;
	}

	/// Returns when it was published, in seconds since the run began.
	synchronized double secondsAt(int number) {
		return (this.sentAt[number] - this.start) / 1e9;
	}

	/// Where a notification is.
	record Place(int number, Lane lane, long offset) {

		@Override
		public String toString() {
			return "number " + this.number + " at " + this.lane + "@" + this.offset;
		}

	}

}
