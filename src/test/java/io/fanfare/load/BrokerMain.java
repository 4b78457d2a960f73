package io.fanfare.load;

import java.io.IOException;
import java.util.Map;

import io.fanfare.dev.KraftBroker;

/// The load tool's Kafka broker, a process of its own so that it shares no heap, garbage
/// collector or threads with what is measured or measures.
///
/// Argument: the port. Ends on SIGTERM and when its standard input ends, which is when the
/// tool has gone.
final class BrokerMain {

	/// Partitions of the topic whose records are for one user each.
	static final int USER_PARTITIONS = 12;

	static final String USER_TOPIC = "notifications";

	static final String EVERYONE_TOPIC = "announcements";

	/// A topic like the first that no gateway reads.
	static final String BARE_TOPIC = "bare";

	/// Printed when the topics are there.
	static final String STARTED = "The broker is up.";

	private BrokerMain() {
	}

	public static void main(String[] args) throws IOException {
		KraftBroker broker = KraftBroker.startOn(Integer.parseInt(args[0]), "the port");
		Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "load-broker-close"));
		broker.topics().create(Map.of(USER_TOPIC, USER_PARTITIONS, EVERYONE_TOPIC, 1, BARE_TOPIC, USER_PARTITIONS));
		System.out.println(STARTED);
		while (System.in.read() >= 0) {
			// Nothing is expected but the end.
		}
		System.exit(0);
	}

}
