package io.fanfare.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// The users of a run, their groups and their clients.
///
/// Of ten users one has a single client that is steady; of the others a quarter has two clients.
/// Some clients come late.
final class Population {

	static final String EVERYONE = "everyone";

	private static final int USERS_PER_GROUP = 5;

	private static final int USERS_PER_STEADY_ONE = 10;

	private static final int USERS_PER_BUSY_ONE = 20;

	private final List<String> users;

	private final List<String> groups;

	private final List<Tab> tabs = new ArrayList<>();

	Population(int users, SplittableRandom random) {
		this.users = IntStream.range(0, users).mapToObj("user-%03d"::formatted).toList();
		this.groups = IntStream.range(0, Math.max(2, users / USERS_PER_GROUP))
			.mapToObj("group-%02d"::formatted)
			.toList();
		for (int i = 0; i < users; i++) {
			addTabs(i, random);
		}
	}

	private void addTabs(int index, SplittableRandom random) {
		String user = this.users.get(index);
		List<String> member = random.ints(random.nextInt(1, 4), 0, this.groups.size())
			.distinct()
			.mapToObj(this.groups::get)
			.toList();
		boolean steady = index % USERS_PER_STEADY_ONE == USERS_PER_STEADY_ONE - 1;
		int count = (!steady && random.nextInt(4) == 0) ? 2 : 1;
		for (int tab = 1; tab <= count; tab++) {
			double joinsAt = (!steady && random.nextInt(8) == 0) ? random.nextDouble(0.7) : 0;
			this.tabs.add(new Tab(user + "/" + tab, user, member, steady, joinsAt));
		}
	}

	List<String> users() {
		return this.users;
	}

	/// Returns the users that get much more than the others.
	List<String> busyUsers() {
		return this.users.subList(0, Math.max(1, this.users.size() / USERS_PER_BUSY_ONE));
	}

	List<String> groups() {
		return this.groups;
	}

	List<Tab> tabs() {
		return this.tabs;
	}

	/// Whether the user's client is steady.
	boolean isSteady(String user) {
		return this.tabs.stream().anyMatch((tab) -> tab.steady() && tab.user().equals(user));
	}

}
