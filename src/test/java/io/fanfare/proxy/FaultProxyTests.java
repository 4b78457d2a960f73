package io.fanfare.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FaultProxyTests {

	private static final int PATIENCE_MILLIS = 20_000;

	/// How long a test watches for what must not come.
	private static final int QUIET_MILLIS = 100;

	private final BlockingQueue<ProxiedConnection> greeted = new LinkedBlockingQueue<>();

	private ServerSocket listener;

	private FaultProxy proxy;

	private Socket client;

	private Socket server;

	private ProxiedConnection connection;

	@BeforeEach
	void connect() throws Exception {
		this.listener = listen();
		this.proxy = FaultProxy.start((InetSocketAddress) this.listener.getLocalSocketAddress());
		this.proxy.onConnection(this.greeted::add);
		this.client = dial();
		this.server = accept(this.listener);
		this.connection = nextGreeted();
	}

	@AfterEach
	void close() throws IOException {
		this.proxy.close();
		this.client.close();
		this.server.close();
		this.listener.close();
	}

	@Test
	void passesEveryByteInBothDirections() throws Exception {
		byte[] up = random(3_000_000);
		byte[] down = random(5_000_000);

		CompletableFuture<Void> writers = CompletableFuture.allOf(write(this.client, up), write(this.server, down));
		CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> read(this.server, up.length));

		assertThat(read(this.client, down.length)).isEqualTo(down);
		assertThat(received.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(up);
		writers.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Test
	void passesTheEndOfOneDirectionAndKeepsTheOther() throws Exception {
		this.client.shutdownOutput();

		assertThat(this.server.getInputStream().read()).isEqualTo(-1);
		this.server.getOutputStream().write(7);
		assertThat(this.client.getInputStream().read()).isEqualTo(7);
		this.server.close();
		assertThat(this.client.getInputStream().read()).isEqualTo(-1);
		awaitNoConnection();
	}

	@Test
	void passesAReset() throws Exception {
		this.server.setSoLinger(true, 0);
		this.server.close();

		assertReset(this.client);
		awaitNoConnection();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 7_919, 200_000 })
	void cutsTowardsTheClientExactlyAtThatByte(int bytes) throws Exception {
		byte[] sent = random(1_000_000);
		this.connection.cutAfter(bytes, Direction.TO_CLIENT, Cut.FIN);

		var _ = write(this.server, sent);

		assertThat(this.client.getInputStream().readAllBytes()).isEqualTo(first(bytes, sent));
		assertThat(this.connection.isOpen()).isFalse();
	}

	@Test
	void cutsTowardsTheTargetExactlyAtThatByte() throws Exception {
		byte[] sent = random(50_000);
		this.connection.cutAfter(1_234, Direction.TO_TARGET, Cut.FIN);

		var _ = write(this.client, sent);

		assertThat(this.server.getInputStream().readAllBytes()).isEqualTo(first(1_234, sent));
	}

	@Test
	void countsTheBytesToACutFromNow() throws Exception {
		this.server.getOutputStream().write(random(500));
		read(this.client, 500);
		byte[] sent = random(500);

		this.connection.cutAfter(100);
		this.server.getOutputStream().write(sent);

		assertThat(read(this.client, 100)).isEqualTo(first(100, sent));
		assertReset(this.client);
	}

	@ParameterizedTest
	@EnumSource
	void cutsBothEndsAlike(Cut how) throws Exception {
		this.connection.cut(how);

		for (Socket end : List.of(this.client, this.server)) {
			switch (how) {
				case RST -> assertReset(end);
				case FIN -> assertThat(end.getInputStream().read()).isEqualTo(-1);
			}
		}
		assertThat(this.connection.isOpen()).isFalse();
		assertThat(this.proxy.connections()).isEmpty();
	}

	@Test
	void cutsAllAtOnce() throws Exception {
		try (Socket other = dial()) {
			nextGreeted();

			this.proxy.cutAll();

			assertReset(this.client);
			assertReset(other);
		}
	}

	@Test
	void passesNothingOfAStalledDirectionUntilItIsResumedAndThenLosesNothing() throws Exception {
		byte[] sent = random(2_000_000);
		this.connection.stall();

		CompletableFuture<Void> writer = write(this.server, sent);
		this.client.getOutputStream().write(7);

		assertThat(this.server.getInputStream().read()).as("the other direction").isEqualTo(7);
		assertQuiet(this.client);
		this.connection.resume();
		assertThat(read(this.client, sent.length)).isEqualTo(sent);
		writer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Test
	void holdsBackTheEndOfAStalledDirection() throws Exception {
		this.connection.stall();
		this.server.getOutputStream().write(7);
		this.server.close();
		assertQuiet(this.client);

		this.connection.resume();

		assertThat(this.client.getInputStream().readAllBytes()).containsExactly(7);
	}

	@Test
	void takesNoMoreFromTheTargetOfAStalledConnectionThanTheKernelsHold() throws Exception {
		AtomicInteger taken = new AtomicInteger();
		this.connection.stall();

		var _ = write(this.server, new byte[64 * 1024 * 1024], taken);

		int before;
		do {
			before = taken.get();
			assertQuiet(this.client);
		}
		while (taken.get() != before);
		assertThat(before).isBetween(1, 8 * 1024 * 1024);
	}

	@Test
	void knowsItsConnectionsByTheirClientsAddressAndFirstLine() throws Exception {
		this.client.getOutputStream().write("GET /a?b HTTP/1.1\r\nHost: c\r\n".getBytes(StandardCharsets.US_ASCII));
		read(this.server, 28);

		assertThat(this.proxy.connections()).containsExactly(this.connection);
		assertThat(this.connection.clientAddress()).isEqualTo(this.client.getLocalSocketAddress());
		assertThat(this.connection.firstLine()).isEqualTo("GET /a?b HTTP/1.1");
	}

	@Test
	void sendsNewConnectionsToTheNewTarget() throws Exception {
		try (ServerSocket other = listen()) {
			this.proxy.retarget((InetSocketAddress) other.getLocalSocketAddress());

			try (Socket later = dial(); Socket accepted = accept(other)) {
				accepted.getOutputStream().write(7);
				this.server.getOutputStream().write(8);

				assertThat(later.getInputStream().read()).isEqualTo(7);
				assertThat(this.client.getInputStream().read()).isEqualTo(8);
			}
		}
	}

	@Test
	void resetsAClientWhoseTargetIsNotThere() throws Exception {
		this.listener.close();

		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
			try (Socket later = dial()) {
				later.getInputStream().read();
			}
		}).withMessageContaining("reset");
	}

	@Test
	void freesEverythingWhenItIsClosed() throws Exception {
		this.proxy.close();
		this.proxy.close();

		assertReset(this.client);
		assertReset(this.server);
		assertThatExceptionOfType(IOException.class).isThrownBy(this::dial);
		Awaitility.await()
			.atMost(Duration.ofMillis(PATIENCE_MILLIS))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith("fault-proxy") && thread.isAlive()));
	}

	private static ServerSocket listen() throws IOException {
		ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		listener.setSoTimeout(PATIENCE_MILLIS);
		return listener;
	}

	private static Socket accept(ServerSocket listener) throws IOException {
		Socket socket = listener.accept();
		socket.setSoTimeout(PATIENCE_MILLIS);
		return socket;
	}

	private Socket dial() throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(PATIENCE_MILLIS);
		socket.connect(this.proxy.address(), PATIENCE_MILLIS);
		return socket;
	}

	private ProxiedConnection nextGreeted() throws InterruptedException {
		ProxiedConnection next = this.greeted.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	private void awaitNoConnection() {
		Awaitility.await()
			.atMost(Duration.ofMillis(PATIENCE_MILLIS))
			.until(() -> this.proxy.connections().isEmpty() && !this.connection.isOpen());
	}

	private static byte[] random(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		return bytes;
	}

	private static byte[] first(int count, byte[] bytes) {
		return Arrays.copyOf(bytes, count);
	}

	private static CompletableFuture<Void> write(Socket to, byte[] bytes) {
		return write(to, bytes, new AtomicInteger());
	}

	private static CompletableFuture<Void> write(Socket to, byte[] bytes, AtomicInteger taken) {
		return CompletableFuture.runAsync(() -> {
			try {
				for (int chunk; taken.get() < bytes.length; taken.addAndGet(chunk)) {
					chunk = Math.min(1024, bytes.length - taken.get());
					to.getOutputStream().write(bytes, taken.get(), chunk);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}, (task) -> Thread.ofVirtual().start(task));
	}

	private static byte[] read(Socket from, int count) {
		try {
			InputStream in = from.getInputStream();
			return in.readNBytes(count);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void assertReset(Socket end) {
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> end.getInputStream().read())
			.withMessageContaining("reset");
	}

	private static void assertQuiet(Socket end) throws IOException {
		end.setSoTimeout(QUIET_MILLIS);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> end.getInputStream().read());
		end.setSoTimeout(PATIENCE_MILLIS);
	}

}
