package io.fanfare.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.fanfare.dev.LocalIssuer;

/// A user and a token for each session.
final class Tokens {

	private static final int CHUNK = 500;

	private Tokens() {
	}

	/// Returns the name of a session's user.
	static String user(int session) {
		return "user-%05d".formatted(session);
	}

	/// Signs tokens on all cores, good for an hour.
	static List<String> mint(LocalIssuer issuer, int count, Progress progress) {
		List<String> tokens = new ArrayList<>(count);
		while (tokens.size() < count) {
			int first = tokens.size();
			tokens.addAll(IntStream.range(first, Math.min(first + CHUNK, count))
				.parallel()
				.mapToObj((session) -> issuer.token(user(session)))
				.toList());
			progress.update("signing tokens: %,d of %,d", tokens.size(), count);
		}
		return tokens;
	}

}
