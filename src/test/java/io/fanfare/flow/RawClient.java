package io.fanfare.flow;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/// A client that speaks HTTP and RFC 6455 by hand on a plain socket, so that it can break
/// every rule: it answers nothing by itself and reads only when told to. Every wait is bounded.
/// Not safe for use by several threads.
public final class RawClient implements AutoCloseable {

	/// Opcodes of RFC 6455 §5.2, and the FIN bit.
	public static final int FIN = 0x80;

	public static final int CONTINUATION = 0x0;

	public static final int TEXT = 0x1;

	public static final int BINARY = 0x2;

	public static final int CLOSE = 0x8;

	public static final int PING = 0x9;

	public static final int PONG = 0xA;

	/// The handshake of RFC 6455 §4.1.
	private static final List<String> HANDSHAKE = List.of("Upgrade: websocket", "Connection: Upgrade",
			"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

	private static final byte[] MASK = { 0x37, (byte) 0xfa, 0x21, 0x3d };

	private static final int MAX_HEAD = 64 * 1024;

	private final Socket socket;

	private final InputStream in;

	private RawClient(Socket socket) throws IOException {
		this.socket = socket;
		this.in = new BufferedInputStream(socket.getInputStream(), 512);
	}

	/// Connects to a loopback port.
	public static RawClient connect(int port) {
		return connect(port, 0);
	}

	/// Connects to a loopback port.
	/// @param receiveBuffer bytes that the kernel holds for this client (about), 0 for
	/// its default
	public static RawClient connect(int port, int receiveBuffer) {
		try {
			Socket socket = new Socket();
			if (receiveBuffer > 0) {
				socket.setReceiveBufferSize(receiveBuffer);
			}
			socket.setSoTimeout(Math.toIntExact(Inbox.PATIENCE.toMillis()));
			socket.setTcpNoDelay(true);
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
					Math.toIntExact(Inbox.PATIENCE.toMillis()));
			return new RawClient(socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// Connects, upgrades with the token in the `Authorization` header and reads
	/// `io.fanfare.ready`.
	public static RawClient open(Gateway gateway, String user) {
		RawClient client = connect(gateway.port());
		Answer answer = client.upgrade("Authorization: Bearer " + gateway.issuer().token(user));
		if (answer.status() != 101) {
			throw new AssertionError("Not upgraded: " + answer);
		}
		client.readEvent("io.fanfare.ready");
		return client;
	}

	/// Sends the handshake of a WebSocket client with these header lines besides.
	public Answer upgrade(String... headerLines) {
		return upgradeAt("/v1/notifications", headerLines);
	}

	/// Sends the handshake to that path and query.
	public Answer upgradeAt(String target, String... headerLines) {
		List<String> lines = new ArrayList<>(HANDSHAKE);
		lines.addAll(Arrays.asList(headerLines));
		return request("GET " + target, lines);
	}

	/// Sends a request with nothing but a Host and these header lines, and reads the
	/// answer's head.
	/// @param requestLine method and target
	public Answer request(String requestLine, List<String> headerLines) {
		send(requestLine, headerLines);
		return readAnswer();
	}

	private void send(String requestLine, List<String> headerLines) {
		StringBuilder head = new StringBuilder().append(requestLine)
			.append(" HTTP/1.1\r\nHost: 127.0.0.1:")
			.append(this.socket.getPort())
			.append("\r\n");
		headerLines.forEach((line) -> head.append(line).append("\r\n"));
		sendBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
	}

	/// Sends the handshake of a WebSocket client with these header lines besides, and
	/// does not wait.
	public void sendUpgrade(String... headerLines) {
		List<String> lines = new ArrayList<>(HANDSHAKE);
		lines.addAll(Arrays.asList(headerLines));
		send("GET /v1/notifications", lines);
	}

	/// Sends exactly these bytes.
	public void sendBytes(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// Sends one masked frame.
	/// @param first the first byte: FIN, reserved bits and opcode
	public void send(int first, byte[] payload) {
		sendBytes(frame(first, payload, true));
	}

	/// Sends one masked text message.
	public void sendText(String text) {
		send(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	/// Sends one frame without a mask, which RFC 6455 §5.1 forbids.
	public void sendUnmasked(int first, byte[] payload) {
		sendBytes(frame(first, payload, false));
	}

	/// Sends a close frame.
	public void sendClose(int code) {
		send(FIN | CLOSE, new byte[] { (byte) (code >>> 8), (byte) code });
	}

	/// Returns one frame's bytes.
	public static byte[] frame(int first, byte[] payload, boolean masked) {
		ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
		int mask = masked ? 0x80 : 0;
		frame.put((byte) first);
		if (payload.length < 126) {
			frame.put((byte) (mask | payload.length));
		}
		else if (payload.length <= 0xFFFF) {
			frame.put((byte) (mask | 126)).putShort((short) payload.length);
		}
		else {
			frame.put((byte) (mask | 127)).putLong(payload.length);
		}
		if (masked) {
			frame.put(MASK);
		}
		for (int i = 0; i < payload.length; i++) {
			frame.put((byte) (masked ? payload[i] ^ MASK[i % 4] : payload[i]));
		}
		return Arrays.copyOf(frame.array(), frame.position());
	}

	/// Reads bytes and forgets them.
	/// @throws AssertionError at the end of the stream
	public void skip(int bytes) {
		try {
			this.in.skipNBytes(bytes);
		}
		catch (IOException ex) {
			throw new AssertionError("The gateway has closed the connection", ex);
		}
	}

	/// Reads the next frame, whatever it is.
	/// @throws AssertionError at the end of the stream
	public RawFrame read() {
		RawFrame frame = readOrEnd();
		if (frame == null) {
			throw new AssertionError("The gateway has closed the connection");
		}
		return frame;
	}

	/// Reads frames up to an event of that type.
	public Event readEvent(String type) {
		long start = System.nanoTime();
		while (true) {
			requirePatience(start);
			RawFrame frame = read();
			if (frame.opcode() == CLOSE) {
				throw new AssertionError("Closed: " + frame.close());
			}
			if (frame.opcode() == TEXT) {
				Event event = Event.read(frame.text());
				if (event.type().equals(type)) {
					return event;
				}
			}
		}
	}

	/// Reads up to the close frame or the end of the stream, and answers nothing.
	public Close readClose() {
		long start = System.nanoTime();
		RawFrame frame = readOrEnd();
		while (frame != null && frame.opcode() != CLOSE) {
			requirePatience(start);
			frame = readOrEnd();
		}
		return (frame != null) ? frame.close() : new Close(Close.ABNORMAL, "");
	}

	/// Whether the gateway has ended the connection; reads up to the end or to the next
	/// frame.
	public boolean isAtEnd() {
		return readOrEnd() == null;
	}

	/// Ends the sending direction (FIN).
	public void shutdownOutput() {
		try {
			this.socket.shutdownOutput();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// Ends the connection with a reset (RST).
	public void reset() {
		try {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void requirePatience(long start) {
		if (System.nanoTime() - start > Inbox.PATIENCE.toNanos()) {
			throw new AssertionError("Something else came for " + Inbox.PATIENCE);
		}
	}

	/// Reads the head of an answer.
	public Answer readAnswer() {
		StringBuilder head = new StringBuilder();
		try {
			while (head.indexOf("\r\n\r\n") < 0 && head.length() < MAX_HEAD) {
				head.append((char) readByte());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("After " + head, ex);
		}
		String[] lines = head.toString().strip().split("\r\n", -1);
		TreeMap<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (int i = 1; i < lines.length; i++) {
			int colon = lines[i].indexOf(':');
			headers.computeIfAbsent(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), (name) -> new ArrayList<>())
				.add(lines[i].substring(colon + 1).strip());
		}
		return new Answer(Integer.parseInt(lines[0].split(" ", -1)[1]), headers);
	}

	private @Nullable RawFrame readOrEnd() {
		try {
			int first = this.in.read();
			if (first < 0) {
				return null;
			}
			int second = readByte();
			if ((second & 0x80) != 0) {
				throw new AssertionError("A server's frame is masked (RFC 6455 §5.1)");
			}
			long length = second & 0x7F;
			int lengthBytes = (length == 126) ? 2 : (length == 127) ? 8 : 0;
			if (lengthBytes > 0) {
				length = 0;
				for (int i = 0; i < lengthBytes; i++) {
					length = length << 8 | readByte();
				}
			}
			return new RawFrame(first, ByteBuffer.wrap(this.in.readNBytes(Math.toIntExact(length))));
		}
		catch (SocketException ex) {
			// A reset is an end, too.
			return null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int readByte() throws IOException {
		int next = this.in.read();
		if (next < 0) {
			throw new EOFException();
		}
		return next;
	}

	/// The head of an HTTP response.
	///
	/// @param status status code
	/// @param headers values by lower-case name
	public record Answer(int status, TreeMap<String, List<String>> headers) {

		/// Returns a header's values joined, or `null` where it is not there.
		public @Nullable String header(String name) {
			List<String> values = this.headers.get(name);
			return (values != null) ? String.join(", ", values) : null;
		}

	}

	/// A frame from the gateway.
	///
	/// @param first FIN, reserved bits and opcode
	/// @param payload the payload
	public record RawFrame(int first, ByteBuffer payload) {

		/// Returns the opcode.
		public int opcode() {
			return this.first & 0x0F;
		}

		/// Returns the payload as text.
		public String text() {
			return StandardCharsets.UTF_8.decode(this.payload.duplicate()).toString();
		}

		/// Reads a close frame's payload.
		public Close close() {
			ByteBuffer rest = this.payload.duplicate();
			if (rest.remaining() < 2) {
				return new Close(Close.NO_STATUS, "");
			}
			return new Close(rest.getShort() & 0xFFFF, StandardCharsets.UTF_8.decode(rest).toString());
		}

	}

}
