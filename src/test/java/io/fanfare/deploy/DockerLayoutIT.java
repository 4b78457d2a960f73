package io.fanfare.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import com.google.gson.JsonObject;
import io.fanfare.dev.LocalIssuer;
import io.fanfare.dev.TestBroker;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// The image's layout as a process of its own, with the settings of `k8s/base`, from readiness
/// to its end on SIGTERM.
class DockerLayoutIT {

	/// From SIGTERM to the end of the process, whatever clients do.
	static final int GONE_WITHIN_SECONDS = 10;

	/// The only topic that `k8s/base` binds.
	private static final String TOPIC = "notifications";

	private static final Duration START = Duration.ofSeconds(90);

	private static final Duration WAIT = Duration.ofSeconds(10);

	/// Time for the test to look around while sessions live on; with it the end still
	/// is in time.
	private static final String NOTICE = "3s";

	private static final int CLIENTS = 200;

	/// Enough to fill the buffers of both kernels.
	private static final int FLOOD_RECORDS = 400;

	private static final int FLOOD_RECORD_BYTES = 60_000;

	@TempDir
	static Path directory;

	private static ImageLayout image;

	private final HttpClient client = HttpClient.newHttpClient();

	private final LocalIssuer issuer = LocalIssuer.startOnFreePort();

	private final int port = freePort();

	private final int managementPort = freePort();

	private Process process;

	@BeforeAll
	static void makeImage() throws IOException, InterruptedException {
		TestBroker.shared().topics().create(TOPIC, 3);
		image = ImageLayout.ofDockerfile();
		Path app = app();
		image.make(Files.createDirectories(directory.resolve("build")), app);
		JsonObject config = KubernetesObjects.parse(Files.readString(Path.of("k8s/base/configmap.yaml"))).getFirst();
		Files.writeString(Files.createDirectories(app.resolve("config")).resolve("application.yaml"),
				KubernetesObjects.at(config, "data", "application.yaml").getAsString());
	}

	@BeforeEach
	void startAndAwaitReadiness() throws Exception {
		ProcessBuilder builder = new ProcessBuilder(image.command()).directory(app().toFile())
			.redirectErrorStream(true)
			.redirectOutput(log().toFile());
		builder.environment().putAll(settings());
		this.process = builder.start();
		Awaitility.await().atMost(START).until(() -> !this.process.isAlive() || health("readiness") == 200);
		assertThat(this.process.isAlive()).as(() -> text(log())).isTrue();
	}

	@AfterEach
	void end() throws InterruptedException {
		this.process.destroyForcibly();
		assertThat(this.process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		this.issuer.close();
		this.client.close();
	}

	@Test
	void sendsEverybodyElsewhereOnSigtermAndEnds() throws Exception {
		Recorder alice = new Recorder();
		alice.connect("alice");
		assertThat(alice.event()).contains("io.fanfare.ready", "\"build\":\"" + version() + "\"");

		this.process.destroy();

		Awaitility.await().atMost(WAIT).until(() -> health("readiness") == 503);
		WebSocketHandshakeException refusal = refused("bob");
		assertThat(health("liveness")).isEqualTo(200);
		assertThat(refusal.getResponse().statusCode()).isEqualTo(503);
		assertThat(refusal.getResponse().headers().firstValue("Retry-After")).contains("5");
		assertThat(alice.event()).contains("\"type\":\"io.fanfare.goaway\"", "\"reason\":\"drain\"", "retryAfterMs");
		assertThat(alice.closed.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1012);
		assertEndsInTime();
		assertThat(lines()).noneMatch(DockerLayoutIT::isTrouble);
		assertThat(lines()).anyMatch((line) -> line.contains("Sending 1 sessions elsewhere"));
	}

	/// Connections that close while the server begins to stop are where Reactor Netty
	/// fails.
	@Test
	void closesManyConnectionsWithoutTrouble() throws Exception {
		List<Recorder> clients = Stream.generate(Recorder::new).limit(CLIENTS).toList();
		for (int i = 0; i < CLIENTS; i++) {
			clients.get(i).connect("user-" + i);
		}

		this.process.destroy();

		for (Recorder client : clients) {
			assertThat(client.closed.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1012);
		}
		assertEndsInTime();
		assertThat(lines()).noneMatch(DockerLayoutIT::isTrouble);
		assertThat(lines()).anyMatch((line) -> line.contains("Sending " + CLIENTS + " sessions elsewhere"));
	}

	@Test
	void endsInTimeThoughAClientNeitherReadsNorCloses() throws Exception {
		Recorder alice = new Recorder();
		alice.connect("alice");
		assertThat(alice.event()).contains("io.fanfare.ready");
		try (Socket idle = stalled("idle"); Socket flooded = stalled("flooded")) {
			flood("flooded");

			this.process.destroy();

			assertThat(alice.event()).contains("io.fanfare.goaway");
			assertThat(alice.closed.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1012);
			assertEndsInTime();
			assertThat(List.of(idle, flooded)).allMatch(Socket::isConnected);
		}
		assertThat(lines()).noneMatch(DockerLayoutIT::isTrouble);
	}

	private void assertEndsInTime() throws InterruptedException {
		assertThat(this.process.waitFor(GONE_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
		// 128 + 15: what a JVM answers to SIGTERM after its shutdown hooks have run.
		assertThat(this.process.exitValue()).isEqualTo(143);
	}

	private WebSocketHandshakeException refused(String user) {
		try {
			new Recorder().connect(user);
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof WebSocketHandshakeException refusal) {
				return refusal;
			}
			throw ex;
		}
		throw new AssertionError("Let in");
	}

	/// Upgrades and never reads again.
	private Socket stalled(String user) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.setSoTimeout((int) WAIT.toMillis());
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
		socket.getOutputStream().write("""
				GET /v1/notifications HTTP/1.1\r
				Host: localhost:%d\r
				Connection: Upgrade\r
				Upgrade: websocket\r
				Sec-WebSocket-Version: 13\r
				Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
				Authorization: Bearer %s\r
				\r
				""".formatted(this.port, token(user)).getBytes(StandardCharsets.US_ASCII));
		InputStream in = socket.getInputStream();
		assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
		return socket;
	}

	private void flood(String user) throws Exception {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", TestBroker.shared().bootstrapServers()), new StringSerializer(),
				new ByteArraySerializer())) {
			byte[] value = ("\"" + "x".repeat(FLOOD_RECORD_BYTES) + "\"").getBytes(StandardCharsets.US_ASCII);
			for (int i = 1; i < FLOOD_RECORDS; i++) {
				var _ = producer.send(new ProducerRecord<>(TOPIC, user, value));
			}
			producer.send(new ProducerRecord<>(TOPIC, user, value)).get(WAIT.toSeconds(), TimeUnit.SECONDS);
		}
		// From here on the session reads the journal, and its socket stands still.
		Awaitility.await()
			.atMost(WAIT)
			.until(() -> get("/actuator/prometheus").contains("fanfare_drops_total{reason=\"overflow\"} 1.0"));
	}

	private static String version() throws IOException {
		try (JarFile jar = new JarFile("target/fanfare-gateway.jar")) {
			return jar.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
		}
	}

	private String token(String user) {
		return this.issuer.token(user, Map.of("aud", "fanfare"));
	}

	private Map<String, String> settings() {
		return Map.of("SERVER_PORT", Integer.toString(this.port), "SERVER_ADDRESS", "127.0.0.1",
				"MANAGEMENT_SERVER_PORT", Integer.toString(this.managementPort), "MANAGEMENT_SERVER_ADDRESS",
				"127.0.0.1", "FANFARE_DRAIN_NOTICE", NOTICE, "SPRING_KAFKA_BOOTSTRAP_SERVERS",
				TestBroker.shared().bootstrapServers(), "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUERURI",
				this.issuer.issuerUri());
	}

	/// Returns the status of a probe, or 0 where nobody answers.
	private int health(String probe) {
		try {
			return this.client.send(management("/actuator/health/" + probe), BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			return 0;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String get(String path) throws IOException, InterruptedException {
		return this.client.send(management(path), BodyHandlers.ofString()).body();
	}

	private HttpRequest management(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.managementPort + path))
			.timeout(WAIT)
			.build();
	}

	private static Path app() throws IOException {
		return Files.createDirectories(directory.resolve("app"));
	}

	private static Path log() {
		return directory.resolve("log");
	}

	private Stream<String> lines() {
		return text(log()).lines();
	}

	private static boolean isTrouble(String line) {
		return line.startsWith("\tat ") || line.contains("Exception") || line.contains(" WARN ")
				|| line.contains(" ERROR ") || line.startsWith("WARNING:") || line.contains("[aot");
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// A client that keeps what it is told.
	private final class Recorder implements WebSocket.Listener {

		private static final String HEARTBEAT = "io.fanfare.heartbeat";

		private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

		private final CompletableFuture<Integer> closed = new CompletableFuture<>();

		void connect(String user) {
			DockerLayoutIT.this.client.newWebSocketBuilder()
				.connectTimeout(WAIT)
				.header("Authorization", "Bearer " + token(user))
				.subprotocols("cloudevents.json")
				.buildAsync(URI.create("ws://127.0.0.1:" + DockerLayoutIT.this.port + "/v1/notifications"), this)
				.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS)
				.join();
		}

		/// Returns the next event that is no heartbeat.
		String event() throws InterruptedException {
			String text = HEARTBEAT;
			while (text.contains(HEARTBEAT)) {
				text = Objects.requireNonNull(this.texts.poll(WAIT.toSeconds(), TimeUnit.SECONDS), "No event in time");
			}
			return text;
		}

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
			this.texts.add(data.toString());
			from.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
			this.closed.complete(code);
			return null;
		}

	}

}
