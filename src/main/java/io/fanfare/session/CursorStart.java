package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.fanfare.session.LogView.TopicView;
import io.fanfare.wire.Cursor;

/// From a client's cursor to next offsets here.
final class CursorStart {

	private CursorStart() {
	}

	/// Resolves a cursor of this cluster.
	static Replay.Start of(Cursor cursor, Set<String> claims, LogView view) {
		// A topic that the cursor does not know was bound later: from now.
		long[] next = view.head();
		List<Gap> gaps = new ArrayList<>();
		for (TopicView topic : view.topics()) {
			if (topic.isReadBy(claims)) {
				find(cursor, topic).ifPresent((places) -> resolve(places, topic, next, gaps));
			}
		}
		return new Replay.Start(next, gaps);
	}

	private static Optional<Cursor.Topic> find(Cursor cursor, TopicView topic) {
		return cursor.topics().stream().filter((places) -> places.name() == topic.nameHash()).findFirst();
	}

	private static void resolve(Cursor.Topic places, TopicView topic, long[] next, List<Gap> gaps) {
		boolean same = places.id() == topic.idHash();
		// What came after the cursor, a new incarnation or a new partition, is read from
		// the start.
		for (int slot : topic.known()) {
			next[slot] = 0;
		}
		for (int i = 0; i < places.lanes().length; i++) {
			int partition = places.lanes()[i];
			long offset = places.offsets()[i];
			if (same && partition < topic.slots().length && topic.slots()[partition] >= 0) {
				next[topic.slots()[partition]] = offset;
			}
			else {
				gaps.add(new Gap(Gap.Reason.RESET, topic.binding().topic(), partition, offset, offset));
			}
		}
	}

}
