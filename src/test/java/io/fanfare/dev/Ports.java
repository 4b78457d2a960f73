package io.fanfare.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/// Local TCP ports: which are taken, and one that is not.
public final class Ports {

	// Below the range that operating systems give to outgoing connections, so that no
	// client takes the port of a broker that is down for a moment.
	private static final int LOWEST_FREE = 15_000;

	private static final int HIGHEST_FREE = 32_000;

	private static final int ATTEMPTS = 200;

	private Ports() {
	}

	/// Returns a port on which nothing listens at this moment.
	public static int free() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST_FREE, HIGHEST_FREE);
			if (isFree(port)) {
				return port;
			}
		}
		throw new IllegalStateException("No free port found between " + LOWEST_FREE + " and " + HIGHEST_FREE);
	}

	/// Throws when something listens on the port.
	/// @param service what needs the port, for the message
	/// @param property the property that names another port, for the message
	static void requireFree(int port, String service, String property) {
		if (!isFree(port)) {
			throw new PortTakenException(port, service, property, null);
		}
	}

	private static boolean isFree(int port) {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		// Where a wildcard and a loopback listener may coexist, binding alone would not
		// see the former.
		try (Socket probe = new Socket()) {
			probe.connect(address, 500);
			return false;
		}
		catch (IOException nobodyAnswers) {
			try (ServerSocket socket = new ServerSocket()) {
				socket.bind(address);
				return true;
			}
			catch (IOException taken) {
				return false;
			}
		}
	}

}
