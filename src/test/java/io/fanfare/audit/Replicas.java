package io.fanfare.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.fanfare.dev.KraftBroker;
import io.fanfare.dev.LocalIssuer;
import io.fanfare.dev.Ports;
import io.fanfare.load.ChildProcess;
import io.fanfare.load.LoadException;
import io.fanfare.load.Progress;
import io.fanfare.load.Testbed;
import org.jspecify.annotations.Nullable;

/// Two gateways, processes of their own on ports that stay the same, with a broker and an issuer
/// in this one.
///
/// Threads: one starts and ends processes, any may visit.
final class Replicas implements AutoCloseable {

	private static final List<String> NAMES = List.of("a", "b");

	private final KraftBroker broker = KraftBroker.startOnFreePort();

	private final LocalIssuer issuer = LocalIssuer.startOnFreePort();

	private final List<Replica> all;

	/// @param command what is run, behind the JVM's flags: `-jar` and a file, or a class
	/// path and a class
	/// @param logs folder for the gateways' logs
	Replicas(List<String> command, Path logs) throws LoadException {
		Map<String, Integer> partitions = new LinkedHashMap<>();
		for (AuditTopic topic : AuditTopic.values()) {
			partitions.put(topic.topic(), topic.partitions());
		}
		this.broker.topics().create(partitions);
		this.all = NAMES.stream().map((name) -> new Replica(name, command, logs)).toList();
		try {
			for (Replica replica : this.all) {
				replica.start();
			}
			for (Replica replica : this.all) {
				replica.awaitReadiness();
			}
		}
		catch (LoadException ex) {
			close();
			throw ex;
		}
	}

	String bootstrapServers() {
		return this.broker.bootstrapServers();
	}

	LocalIssuer issuer() {
		return this.issuer;
	}

	Replica get(int index) {
		return this.all.get(index);
	}

	/// Somebody is about to connect.
	Visit visit(int index) {
		Replica replica = this.all.get(index);
		return new Visit(replica, replica.changes.get());
	}

	private Map<String, String> properties(int port, int managementPort) {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("server.address", "127.0.0.1");
		properties.put("server.port", Integer.toString(port));
		properties.put("management.server.address", "127.0.0.1");
		properties.put("management.server.port", Integer.toString(managementPort));
		properties.put("spring.kafka.bootstrap-servers", bootstrapServers());
		properties.put("spring.security.oauth2.resourceserver.jwt.issuer-uri", this.issuer.issuerUri());
		int index = 0;
		for (AuditTopic topic : AuditTopic.values()) {
			String binding = "fanfare.ingest.topics[" + index++ + "].";
			properties.put(binding + "name", topic.topic());
			properties.put(binding + "address-by", topic.addressBy());
			properties.put(binding + "partitioner", topic.partitioner());
		}
		return properties;
	}

	@Override
	public void close() {
		this.all.forEach(Replica::kill);
		this.issuer.close();
		this.broker.close();
	}

	/// One gateway.
	final class Replica {

		private final String name;

		private final List<String> command = new ArrayList<>();

		private final Path logs;

		private final int port = Ports.free();

		private final int managementPort = Ports.free();

		private @Nullable ChildProcess process;

		private int starts;

		/// How often it was started or its end was begun: odd while it is to be up.
		private final AtomicInteger changes = new AtomicInteger();

		Replica(String name, List<String> command, Path logs) {
			this.name = name;
			this.logs = logs;
			this.command.addAll(List.of(System.getProperty("fanfare.jvm.flags", "").split(" ", -1)));
			this.command.removeIf(String::isEmpty);
			this.command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
			this.command.addAll(command);
			properties(this.port, this.managementPort)
				.forEach((property, value) -> this.command.add("--" + property + "=" + value));
		}

		void start() throws LoadException {
			this.changes.incrementAndGet();
			this.starts++;
			this.process = ChildProcess.java("gateway " + this.name,
					this.logs.resolve("gateway-" + this.name + "-" + this.starts + ".log"), this.command);
		}

		void awaitReadiness() throws LoadException {
			Testbed.awaitReadiness(Objects.requireNonNull(this.process), this.managementPort, Progress.silent());
		}

		/// Ends it at once.
		void kill() {
			this.changes.incrementAndGet();
			if (this.process != null) {
				this.process.kill();
			}
		}

		/// Lets it send everybody elsewhere and end.
		void terminate() {
			this.changes.incrementAndGet();
			if (this.process != null) {
				this.process.close();
			}
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	/// A connection's place: a gateway from one of its starts on.
	record Visit(Replica replica, int changes) {

		String name() {
			return this.replica.name;
		}

		int port() {
			return this.replica.port;
		}

		/// Whether the gateway has been up ever since.
		boolean isUndisturbed() {
			return this.changes % 2 == 1 && this.changes == this.replica.changes.get();
		}

	}

}
