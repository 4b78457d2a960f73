package io.fanfare.load;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.fanfare.dev.Ports;

/// Raw Netty beside the gateway, in the same run: as many connections, the same frames, the
/// same rate.
final class Floor implements AutoCloseable {

	private static final int SECONDS = 30;

	private final ChildProcess server;

	private final ChildProcess clients;

	private Floor(ChildProcess server, ChildProcess clients) {
		this.server = server;
		this.clients = clients;
	}

	/// Starts a server and its clients.
	/// @param connections how many clients
	/// @param frame what is written
	static Floor start(Bench bench, int connections, byte[] frame) throws LoadException, InterruptedException {
		Settings settings = bench.settings();
		int port = Ports.free();
		List<String> arguments = new ArrayList<>(settings.gatewayFlags());
		arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), FloorMain.class.getName(),
				Integer.toString(port)));
		ChildProcess server = ChildProcess.java("floor", settings.out().resolve("floor.log"), arguments);
		try {
			await(bench, server, FloorMain.STARTED);
			ChildProcess clients = ChildProcess.java("floor-clients", settings.out().resolve("floor-clients.log"),
					List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
							FloorClientsMain.class.getName(), Integer.toString(port), Integer.toString(connections)));
			Floor floor = new Floor(server, clients);
			await(bench, clients, FloorClientsMain.STARTED);
			var _ = server.ask("frame " + HexFormat.of().formatHex(frame), SECONDS);
			return floor;
		}
		catch (LoadException | RuntimeException ex) {
			// The clients end with the server, which they are connected to.
			server.close();
			throw ex;
		}
	}

	long pid() {
		return this.server.pid();
	}

	/// Writes frames at a steady rate, to the connections in turn.
	/// @return how many were written
	long unicast(int rate, int seconds) throws LoadException, InterruptedException {
		return Long.parseLong(this.server.ask("unicast " + rate + " " + seconds, seconds + SECONDS));
	}

	/// Writes frames to every connection, with one flush.
	/// @return how many were written
	long broadcast(int burst) throws LoadException, InterruptedException {
		return Long.parseLong(this.server.ask("broadcast " + burst, SECONDS));
	}

	private static void await(Bench bench, ChildProcess process, String started) throws LoadException {
		Testbed.await(process, "floor", bench.progress(), () -> process.hasPrinted(started));
	}

	@Override
	public void close() {
		this.clients.close();
		this.server.close();
	}

}
