package io.fanfare.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A [Peer] beside the gateway, in the same run, with its clients: as many connections, the
/// same text.
final class PeerBench implements AutoCloseable {

	private final String name;

	private final int connections;

	private final ChildProcess server;

	private final ChildProcess clients;

	private final Peer.Outlet outlet;

	private final byte[] text;

	private long published;

	private PeerBench(String name, int connections, ChildProcess server, ChildProcess clients, Peer.Outlet outlet,
			byte[] text) {
		this.name = name;
		this.connections = connections;
		this.server = server;
		this.clients = clients;
		this.outlet = outlet;
		this.text = text;
	}

	/// Starts a server and its clients.
	/// @param text what is sent
	static PeerBench start(Bench bench, String name, int connections, byte[] text) throws LoadException {
		Peer peer = Peer.named(name);
		Path out = bench.settings().out();
		ChildProcess server;
		try {
			server = ChildProcess.start(name, out.resolve(name + ".log"), peer.command(Programs.installed(), out));
		}
		catch (IOException ex) {
			throw failed(name, ex);
		}
		try {
			Testbed.await(server, name, bench.progress(), () -> Peer.listens(peer.port()));
			ChildProcess clients = ChildProcess.java(name + "-clients", out.resolve(name + "-clients.log"),
					List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
							PeerClientsMain.class.getName(), Integer.toString(peer.port()),
							Integer.toString(connections), peer.path(), peer.greeting()));
			Testbed.await(clients, name, bench.progress(), () -> clients.hasPrinted(PeerClientsMain.STARTED));
			return new PeerBench(name, connections, server, clients, peer.outlet(), text);
		}
		catch (IOException ex) {
			server.close();
			throw failed(name, ex);
		}
		catch (LoadException | RuntimeException ex) {
			// The clients end with the server, which they are connected to.
			server.close();
			throw ex;
		}
	}

	String name() {
		return this.name;
	}

	/// Publishes to everyone, and waits until all has come.
	/// @return nanoseconds of processor time of all the peer's processes
	long broadcast(int burst) throws LoadException, InterruptedException {
		this.server.requireAlive();
		long before = this.server.threadNanos();
		try {
			for (int i = 0; i < burst; i++) {
				this.outlet.publish(this.text);
			}
		}
		catch (IOException ex) {
			this.server.requireAlive();
			throw failed(this.name, ex);
		}
		this.published += (long) burst * this.connections;
		long received = Long.parseLong(this.clients.ask(Long.toString(this.published), 60));
		if (received != this.published) {
			throw new LoadException(
					"%s has delivered %,d messages instead of %,d".formatted(this.name, received, this.published));
		}
		return this.server.threadNanos() - before;
	}

	private static LoadException failed(String name, IOException ex) {
		return new LoadException(name + " cannot be measured: " + ex, ex);
	}

	@Override
	public void close() {
		this.outlet.close();
		this.clients.close();
		this.server.close();
	}

}
