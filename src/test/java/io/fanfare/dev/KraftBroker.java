package io.fanfare.dev;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/// A single Kafka broker, its own KRaft controller, inside this JVM.
///
/// Listens on loopback alone, on a port that stays the same across [#stop()] and
/// [#start()], and keeps its data in a temporary directory until [#close()]. Topics
/// are created explicitly. Threads: every method may be called from any thread; they
/// exclude each other and block until the broker is up or down. Failure: a taken port
/// is a [PortTakenException].
public final class KraftBroker implements AutoCloseable {

	private static final int NODE_ID = 1;

	private static final String CONTROLLER_LISTENER = "CONTROLLER";

	private final int port;

	private final String property;

	private final int controllerPort;

	private final Path directory;

	/// Settings besides those of every broker here; lists go on with them.
	private final Map<String, String> more;

	private @Nullable KafkaRaftServer server;

	private KraftBroker(int port, String property, Map<String, String> more) {
		Ports.requireFree(port, "Kafka broker", property);
		this.port = port;
		this.property = property;
		this.more = Map.copyOf(more);
		this.controllerPort = Ports.free();
		this.directory = createDirectory();
	}

	/// Starts a broker on a port that nothing else uses.
	public static KraftBroker startOnFreePort() {
		return startOn(0, "the port");
	}

	/// Starts a broker on a port that nothing else uses, which listens on another port
	/// besides, where it speaks SASL over TLS.
	/// @param settings of that listener
	public static KraftBroker startSecured(int securePort, Map<String, String> settings) {
		Map<String, String> more = new HashMap<>();
		settings.forEach((name, value) -> more.put("listener.name.secure." + name, value));
		more.put("listeners", "SECURE://127.0.0.1:" + securePort);
		more.put("advertised.listeners", "SECURE://localhost:" + securePort);
		more.put("listener.security.protocol.map", "SECURE:SASL_SSL");
		return start(new KraftBroker(Ports.free(), "the port", more));
	}

	/// Starts a broker.
	/// @param port where to listen, 0 for any free port
	/// @param property the property a taken port's message tells the reader to change
	public static KraftBroker startOn(int port, String property) {
		return start(new KraftBroker((port != 0) ? port : Ports.free(), property, Map.of()));
	}

	private static KraftBroker start(KraftBroker broker) {
		try {
			broker.format();
			broker.start();
			return broker;
		}
		catch (RuntimeException ex) {
			broker.close();
			throw ex;
		}
	}

	/// Starts the broker again on its port and its data. Does nothing when it runs.
	public synchronized void start() {
		if (this.server != null) {
			return;
		}
		Ports.requireFree(this.port, "Kafka broker", this.property);
		KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(settings()), Time.SYSTEM);
		this.server = starting;
		try {
			starting.startup();
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	/// Ends the broker, its data stays. Does nothing when it is down.
	public synchronized void stop() {
		KafkaRaftServer stopping = this.server;
		if (stopping != null) {
			this.server = null;
			stopping.shutdown();
			stopping.awaitShutdown();
		}
	}

	/// Ends the broker and starts it again, as one outage.
	public synchronized void restart() {
		stop();
		start();
	}

	/// Whether the broker is up.
	public synchronized boolean isRunning() {
		return this.server != null;
	}

	/// The address for clients, `localhost:<port>`; the same across restarts.
	public String bootstrapServers() {
		return "localhost:" + this.port;
	}

	/// The port for clients.
	public int port() {
		return this.port;
	}

	/// The topics of this broker.
	public Topics topics() {
		return new Topics(bootstrapServers());
	}

	/// Ends the broker and deletes its data.
	@Override
	public synchronized void close() {
		try {
			stop();
		}
		finally {
			deleteDirectory();
		}
	}

	private void format() {
		try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
			new Formatter().setPrintStream(nowhere)
				.setNodeId(NODE_ID)
				.setClusterId(Uuid.randomUuid().toString())
				.setDirectories(List.of(this.directory.toString()))
				.setMetadataLogDirectory(this.directory.toString())
				.setControllerListenerName(CONTROLLER_LISTENER)
				.run();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The broker's directory " + this.directory + " cannot be formatted", ex);
		}
	}

	private Map<String, String> settings() {
		Map<String, String> settings = new HashMap<>(Map.ofEntries(Map.entry("process.roles", "broker,controller"),
				Map.entry("node.id", Integer.toString(NODE_ID)),
				Map.entry("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + this.controllerPort),
				Map.entry("controller.listener.names", CONTROLLER_LISTENER),
				Map.entry("listeners",
						"PLAINTEXT://127.0.0.1:%d,%s://127.0.0.1:%d".formatted(this.port, CONTROLLER_LISTENER,
								this.controllerPort)),
				Map.entry("advertised.listeners", "PLAINTEXT://localhost:" + this.port),
				Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
				Map.entry("log.dirs", this.directory.toString()), Map.entry("auto.create.topics.enable", "false"),
				Map.entry("group.initial.rebalance.delay.ms", "0"), Map.entry("offsets.topic.num.partitions", "1"),
				Map.entry("offsets.topic.replication.factor", "1"),
				Map.entry("transaction.state.log.num.partitions", "1"),
				Map.entry("transaction.state.log.replication.factor", "1"),
				Map.entry("transaction.state.log.min.isr", "1"),
				Map.entry("share.coordinator.state.topic.num.partitions", "1"),
				Map.entry("share.coordinator.state.topic.replication.factor", "1"),
				Map.entry("share.coordinator.state.topic.min.isr", "1"),
				// Small enough for a developer's machine: index files are allocated at
				// this size for every segment, the cleaner's buffer per process.
				Map.entry("log.index.size.max.bytes", "1048576"),
				Map.entry("log.cleaner.dedupe.buffer.size", "4194304"), Map.entry("log.cleaner.threads", "1"),
				Map.entry("num.network.threads", "2"), Map.entry("num.io.threads", "2"),
				Map.entry("background.threads", "2"), Map.entry("num.recovery.threads.per.data.dir", "1"),
				// No JMX: several brokers in one JVM would fight for the same names.
				Map.entry("metric.reporters", "")));
		this.more.forEach((name, value) -> settings.merge(name, value, (one, other) -> one + "," + other));
		return settings;
	}

	private static Path createDirectory() {
		try {
			return Files.createTempDirectory("fanfare-broker-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No temporary directory for the broker", ex);
		}
	}

	private void deleteDirectory() {
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The broker's directory " + this.directory + " cannot be deleted", ex);
		}
	}

}
