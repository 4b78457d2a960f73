package io.fanfare.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A NATS server: its clients subscribe over WebSocket, the publisher comes over TCP.
///
/// @param clientPort of the TCP protocol
record NatsPeer(int port, int clientPort) implements Peer {

	private static final String CONNECT = "CONNECT {\"verbose\":false}\r\n";

	@Override
	public Optional<String> missing(Programs programs) {
		return programs.find("nats-server").isPresent() ? Optional.empty()
				: Optional.of("nats needs nats-server on the PATH (Debian package nats-server)");
	}

	@Override
	public List<String> command(Programs programs, Path folder) throws IOException {
		Path configuration = Files.writeString(folder.resolve("nats.conf"), """
				listen: "127.0.0.1:%d"
				websocket { listen: "127.0.0.1:%d", no_tls: true }
				# The clients answer none, of which two may be outstanding.
				ping_interval: "1h"
				""".formatted(this.clientPort, this.port));
		return List.of(programs.get("nats-server").toString(), "-c", configuration.toString());
	}

	@Override
	public String greeting() {
		return CONNECT + "SUB all 1\r\nPING\r\n";
	}

	@Override
	public Outlet outlet() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.clientPort);
		socket.setTcpNoDelay(true);
		OutputStream out = socket.getOutputStream();
		out.write(CONNECT.getBytes(StandardCharsets.US_ASCII));
		return new Outlet() {
			@Override
			public void publish(byte[] text) throws IOException {
				byte[] head = "PUB all %d\r\n".formatted(text.length).getBytes(StandardCharsets.US_ASCII);
				byte[] message = new byte[head.length + text.length + 2];
				System.arraycopy(head, 0, message, 0, head.length);
				System.arraycopy(text, 0, message, head.length, text.length);
				message[message.length - 2] = '\r';
				message[message.length - 1] = '\n';
				out.write(message);
			}

			@Override
			public void close() {
				try {
					socket.close();
				}
				catch (IOException ex) {
					// The server ends next.
				}
			}
		};
	}

}
