package io.fanfare.notification;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The bound topics, in the order of their declaration.
///
/// @param list the bindings, at least one
public record TopicBindings(List<TopicBinding> list) {

	public TopicBindings {
		list = List.copyOf(list);
	}

	/// Returns the claims that address anything, `everyone` aside.
	public Set<String> claims() {
		return this.list.stream()
			.filter((binding) -> !binding.toEveryone())
			.map(TopicBinding::addressBy)
			.collect(Collectors.toUnmodifiableSet());
	}

	/// Whether some topic is addressed to everyone.
	public boolean anyToEveryone() {
		return this.list.stream().anyMatch(TopicBinding::toEveryone);
	}

}
