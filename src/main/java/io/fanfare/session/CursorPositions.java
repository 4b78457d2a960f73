package io.fanfare.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.fanfare.notification.Address;
import io.fanfare.wire.Cursor;

/// From a client's cursor to positions here.
final class CursorPositions {

	private final Cursor cursor;

	private final LogView view;

	/// By which everything that is left out had been written, in milliseconds since the
	/// epoch.
	private final long now;

	/// A topic that the cursor does not know was bound later, an address likewise: from
	/// now.
	private final long[] next;

	private final int[] epochs;

	private final List<Gap> gaps = new ArrayList<>();

	private CursorPositions(Cursor cursor, LogView view, long now) {
		this.cursor = cursor;
		this.view = view;
		this.now = now;
		this.next = view.head();
		this.epochs = Positions.unknownEpochs(this.next.length);
	}

	/// Resolves a cursor of this cluster.
	/// @param now milliseconds since the epoch
	static Positions of(Cursor cursor, Set<Address> addresses, LogView view, Misplaced misplaced, long now) {
		CursorPositions positions = new CursorPositions(cursor, view, now);
		Set<Address> known = addresses.stream().filter(cursor::isFor).collect(Collectors.toUnmodifiableSet());
		Set<String> claims = known.stream().map(Address::claim).collect(Collectors.toUnmodifiableSet());
		for (TopicView topic : view.topics()) {
			if (topic.isReadBy(claims)) {
				find(cursor, topic)
					.ifPresent((places) -> positions.resolve(places, topic, topic.lanes(known, places.partitions())));
			}
		}
		positions.gaps
			.addAll(misplaced.missed(view, claims, view.lanes(claims, known, (topic) -> partitions(cursor, topic)),
					(slot) -> (partitions(cursor, view.topic(slot)) > 0) ? 0 : Long.MAX_VALUE, cursor.time(), now));
		return new Positions(positions.next, positions.epochs, cursor.time(), positions.gaps);
	}

	/// Returns how many partitions a topic had when the cursor was written, 0 where it
	/// does not know the topic.
	static int partitions(Cursor cursor, TopicView topic) {
		return find(cursor, topic).filter((places) -> places.id() == topic.idHash())
			.map(Cursor.Topic::partitions)
			.orElse(0);
	}

	/// Returns where the cursor stands in a partition, nothing where it does not name it.
	static Optional<Long> offset(Cursor cursor, TopicView topic, int partition) {
		return find(cursor, topic).filter((places) -> places.id() == topic.idHash()).flatMap((places) -> {
			int lane = Arrays.binarySearch(places.lanes(), partition);
			return (lane >= 0) ? Optional.of(places.offsets()[lane]) : Optional.empty();
		});
	}

	/// Returns the cursor's places in a topic.
	static Optional<Cursor.Topic> find(Cursor cursor, TopicView topic) {
		return cursor.topics().stream().filter((places) -> places.name() == topic.nameHash()).findFirst();
	}

	private void resolve(Cursor.Topic places, TopicView topic, int[] lanes) {
		if (places.id() != topic.idHash()) {
			for (int i = 0; i < places.lanes().length; i++) {
				gap(topic, places.lanes()[i], places.offsets()[i], places.offsets()[i]);
			}
			// The new incarnation is read from its beginning.
			begin(topic, lanes);
			return;
		}
		for (int partition : lanes) {
			int slot = topic.slot(partition);
			int lane = Arrays.binarySearch(places.lanes(), partition);
			if (slot == TopicView.UNKNOWN) {
				continue;
			}
			if (lane >= 0) {
				resume(topic, slot, places.offsets()[lane], places.epochs()[lane]);
			}
			else {
				// The topic has grown since, or before, when this replica already read
				// it.
				this.next[slot] = (places.partitions() < topic.partitions()) ? 0 : this.view.first(slot);
			}
		}
	}

	private void begin(TopicView topic, int[] lanes) {
		for (int partition : lanes) {
			if (topic.slot(partition) != TopicView.UNKNOWN) {
				this.next[topic.slot(partition)] = 0;
			}
		}
	}

	private void resume(TopicView topic, int slot, long offset, int epoch) {
		EpochHistory history = this.view.epochs(slot);
		long end = history.endOf(epoch);
		if (end >= offset) {
			this.next[slot] = offset;
			this.epochs[slot] = epoch;
			return;
		}
		// Where the end itself was not read, records before it may be others as well.
		this.next[slot] = end;
		gap(topic, this.view.partition(slot).partition(), history.endsWithin(epoch) ? end : 0, offset);
	}

	private void gap(TopicView topic, int partition, long from, long to) {
		this.gaps.add(new Gap(Gap.Reason.RESET, topic.binding().topic(), partition, from, to, this.cursor.time(),
				this.now, -1));
	}

}
