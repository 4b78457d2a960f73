package io.fanfare.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// The sessions of one address, in no order. Adding and removing cost the same whatever the
/// size. Owned by the log thread.
public final class SessionSet {

	private static final int FIRST_CAPACITY = 1;

	private @Nullable Membership[] members = new @Nullable Membership[FIRST_CAPACITY];

	private int size;

	/// Made when they are first asked for after a change, empty until then.
	private List<Roster> rosters = List.of();

	Membership add(Session session) {
		this.rosters = List.of();
		if (this.size == this.members.length) {
			this.members = Arrays.copyOf(this.members, this.size * 2);
		}
		Membership membership = new Membership(this, session, this.size);
		this.members[this.size++] = membership;
		return membership;
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	/// Returns how many sessions there are.
	public int size() {
		return this.size;
	}

	Session get(int index) {
		return Objects.requireNonNull(this.members[index]).session;
	}

	/// Returns the sessions of each event loop.
	List<Roster> rosters() {
		if (this.rosters.isEmpty()) {
			Map<SessionLoop, List<Session>> byLoop = new LinkedHashMap<>();
			for (int i = 0; i < this.size; i++) {
				byLoop.computeIfAbsent(get(i).loop(), (loop) -> new ArrayList<>()).add(get(i));
			}
			List<Roster> made = new ArrayList<>();
			byLoop.forEach((loop, sessions) -> made.add(new Roster(loop, sessions.toArray(Session[]::new))));
			this.rosters = made;
		}
		return this.rosters;
	}

	private void remove(Membership membership) {
		this.rosters = List.of();
		Membership last = Objects.requireNonNull(this.members[--this.size]);
		this.members[membership.index] = last;
		last.index = membership.index;
		this.members[this.size] = null;
	}

	/// One session's place in one set.
	static final class Membership {

		private final SessionSet set;

		private final Session session;

		private int index;

		private Membership(SessionSet set, Session session, int index) {
			this.set = set;
			this.session = session;
			this.index = index;
		}

		void remove() {
			this.set.remove(this);
		}

	}

}
