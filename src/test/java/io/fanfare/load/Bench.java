package io.fanfare.load;

import java.time.Duration;
import java.util.List;

/// What every measurement works with.
///
/// @param target the gateway that is measured
record Bench(Settings settings, Target target, Receivers receivers, Progress progress) {

	/// Opens that many sessions, each of a user of its own.
	Deliveries open(int sessions, Published published) throws LoadException {
		return open(Tokens.mint(this.target.issuer(), sessions, this.progress), published);
	}

	/// Opens a session for each token.
	/// @param tokens those of sessions already open first
	Deliveries open(List<String> tokens, Published published) throws LoadException {
		Deliveries deliveries = new Deliveries(tokens.size(), published);
		this.receivers.open(tokens, this.settings.get(Option.OPEN_RATE), deliveries, this.progress);
		return deliveries;
	}

	Publisher publisher(Published published) {
		return publisher(published, Duration.ZERO);
	}

	/// @param linger how long the producer waits for more records
	Publisher publisher(Published published, Duration linger) {
		return new Publisher(this.target, this.target.userTopic(), this.settings.get(Option.VALUE_SIZE), published,
				linger);
	}

	/// Returns a publisher to a topic that is like the users'.
	Publisher publisher(String topic, Published published) {
		return new Publisher(this.target, topic, this.settings.get(Option.VALUE_SIZE), published, Duration.ZERO);
	}

	/// Looks from now on when these sessions have all that was published for them.
	/// @param replayed whether a session is complete only after `caughtup`
	Completion completion(Deliveries deliveries, SessionRange sessions, boolean replayed) throws InterruptedException {
		long from = System.nanoTime();
		return this.receivers.onEventLoop(() -> {
			Completion completion = new Completion(deliveries, sessions, replayed, from);
			deliveries.complete(completion);
			return completion;
		});
	}

	/// Looks from now on what the gateway uses of the processors.
	Usage.Start usage() {
		return Usage.start(this.target.pid());
	}

	Waiting waiting() {
		return new Waiting(this.receivers, this.progress);
	}

}
