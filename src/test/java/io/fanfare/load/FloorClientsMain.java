package io.fanfare.load;

import java.io.IOException;
import java.util.Collections;

/// The client ends of the floor's connections, in a process of their own: one process's files
/// would not do for these and the gateway's.
///
/// Arguments: the port and how many. Ends when its standard input ends.
final class FloorClientsMain {

	/// Printed when all are open.
	static final String STARTED = "The floor's clients are there.";

	private FloorClientsMain() {
	}

	public static void main(String[] args) throws IOException, LoadException {
		int count = Integer.parseInt(args[1]);
		try (Receivers receivers = new Receivers(Integer.parseInt(args[0]), Target.PATH)) {
			receivers.open(Collections.nCopies(count, "none"), 2000, new Deliveries(count, new Published(count)),
					Progress.on(System.out));
			System.out.println(STARTED);
			while (System.in.read() >= 0) {
				// Nothing is expected but the end.
			}
		}
		System.exit(0);
	}

}
