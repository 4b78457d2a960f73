package io.fanfare.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.fanfare.dev.Ports;

/// Another server that sends what is published to many WebSockets, as it comes out of its
/// package. One instance is one process, on ports of its own on loopback.
interface Peer {

	/// Names of all.
	List<String> NAMES = List.of("nats", "nchan", "ws");

	/// Makes a peer.
	/// @throws IllegalArgumentException if there is none of that name
	static Peer named(String name) {
		return switch (name) {
			case "nats" -> new NatsPeer(Ports.free(), Ports.free());
			case "nchan" -> new NchanPeer(Ports.free());
			case "ws" -> new WsPeer(Ports.free());
			default ->
				throw new IllegalArgumentException("no peer " + name + "; there are " + String.join(", ", NAMES));
		};
	}

	/// Returns what has to be installed before it can be measured, nothing where it is.
	Optional<String> missing(Programs programs);

	/// Returns the command that starts it.
	/// @param folder for its files
	List<String> command(Programs programs, Path folder) throws IOException;

	/// Returns where it takes upgrades.
	int port();

	/// Returns the path of an upgrade.
	default String path() {
		return "/";
	}

	/// Returns what a client sends after the upgrade and the server answers, before
	/// anything reaches it; empty for nothing.
	default String greeting() {
		return "";
	}

	/// Opens a way to publish.
	Outlet outlet() throws IOException;

	/// Publishes to everyone.
	interface Outlet extends AutoCloseable {

		void publish(byte[] text) throws IOException, InterruptedException;

		@Override
		void close();

	}

	/// Whether connections are taken.
	static boolean listens(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
	}

}
