package io.fanfare.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import io.fanfare.dev.LocalIssuer;
import io.fanfare.dev.Ports;

/// A broker and the built gateway, each as its own process, on free loopback ports, and an
/// issuer in this one, which has nothing to do while something is measured.
public final class Testbed implements AutoCloseable {

	private static final Duration START = Duration.ofMinutes(2);

	private static final Duration POLL = Duration.ofMillis(100);

	/// Closed from the last to the first.
	private final Deque<AutoCloseable> parts = new ArrayDeque<>();

	private final Target target;

	private final List<String> gatewayCommand;

	private Testbed(Settings settings, Progress progress) throws LoadException {
		try {
			Path jar = settings.jar();
			if (!Files.isRegularFile(jar)) {
				throw new LoadException("there is no " + jar + "; build it: ./mvnw -DskipTests package");
			}
			int brokerPort = Ports.free();
			ChildProcess broker = part(ChildProcess.java("broker", settings.out().resolve("broker.log"),
					List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
							BrokerMain.class.getName(), Integer.toString(brokerPort))));
			LocalIssuer issuer = part(LocalIssuer.startOnFreePort());
			await(broker, "broker", progress, () -> broker.hasPrinted(BrokerMain.STARTED));
			String bootstrapServers = "localhost:" + brokerPort;
			int port = Ports.free();
			int managementPort = Ports.free();
			this.gatewayCommand = gatewayCommand(settings, port, managementPort, bootstrapServers, issuer,
					gcLog(settings));
			ChildProcess gateway = part(
					ChildProcess.java("gateway", settings.out().resolve("gateway.log"), this.gatewayCommand));
			awaitReadiness(gateway, managementPort, progress);
			this.target = new Target(gateway.pid(), port, issuer, bootstrapServers, BrokerMain.USER_TOPIC,
					BrokerMain.EVERYONE_TOPIC);
		}
		catch (LoadException | RuntimeException ex) {
			close();
			throw ex;
		}
	}

	static Testbed start(Settings settings, Progress progress) throws LoadException {
		return new Testbed(settings, progress);
	}

	Target target() {
		return this.target;
	}

	/// Returns what the gateway was started with, after `java`.
	List<String> gatewayCommand() {
		return this.gatewayCommand;
	}

	private static List<String> gatewayCommand(Settings settings, int port, int managementPort, String bootstrapServers,
			LocalIssuer issuer, Path gcLog) {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("server.address", "127.0.0.1");
		properties.put("server.port", Integer.toString(port));
		properties.put("management.server.address", "127.0.0.1");
		properties.put("management.server.port", Integer.toString(managementPort));
		properties.put("spring.kafka.bootstrap-servers", bootstrapServers);
		properties.put("spring.security.oauth2.resourceserver.jwt.issuer-uri", issuer.issuerUri());
		properties.put("fanfare.ingest.topics[0].name", BrokerMain.USER_TOPIC);
		properties.put("fanfare.ingest.topics[0].address-by", "sub");
		properties.put("fanfare.ingest.topics[1].name", BrokerMain.EVERYONE_TOPIC);
		properties.put("fanfare.ingest.topics[1].address-by", "everyone");
		properties.put("fanfare.session.max-sessions", "20000");
		properties.putAll(settings.gatewayProperties());
		List<String> command = new ArrayList<>(settings.gatewayFlags());
		command.add("-Xlog:gc:file=" + gcLog + ":utctime:filecount=0");
		command.addAll(List.of("-jar", settings.jar().toString()));
		properties.forEach((name, value) -> command.add("--" + name + "=" + value));
		return command;
	}

	/// Starts a gateway beside the one that is there, waits until it is ready, and ends
	/// it.
	/// @return how long that took
	static Duration startAnother(Settings settings, Target target, Progress progress) throws LoadException {
		int managementPort = Ports.free();
		List<String> command = gatewayCommand(settings, Ports.free(), managementPort, target.bootstrapServers(),
				target.issuer(), settings.out().resolve("gc-another.log"));
		long start = System.nanoTime();
		try (ChildProcess another = ChildProcess.java("gateway", settings.out().resolve("another.log"), command)) {
			awaitReadiness(another, managementPort, progress);
			return Duration.ofNanos(System.nanoTime() - start);
		}
	}

	/// Returns where the gateway logs its collections.
	static Path gcLog(Settings settings) {
		return settings.out().resolve("gc.log");
	}

	/// Waits until a gateway says that it is ready.
	/// @param managementPort where it says so
	/// @throws LoadException if it has ended, or is not ready in time
	public static void awaitReadiness(ChildProcess gateway, int managementPort, Progress progress)
			throws LoadException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
			.timeout(Duration.ofSeconds(2))
			.build();
		try (HttpClient client = HttpClient.newHttpClient()) {
			await(gateway, "gateway", progress,
					() -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
		}
	}

	/// Waits until a process is ready.
	static void await(ChildProcess process, String name, Progress progress, Check check) throws LoadException {
		long start = System.nanoTime();
		while (!isTrue(check)) {
			process.requireAlive();
			if (System.nanoTime() - start > START.toNanos()) {
				throw new LoadException("the " + name + " is not ready after " + START.toSeconds() + " s");
			}
			progress.update("starting the %s", name);
			LockSupport.parkNanos(POLL.toNanos());
		}
		progress.done("the %s is up after %.1f s", name, (System.nanoTime() - start) / 1e9);
	}

	private static boolean isTrue(Check check) throws LoadException {
		try {
			return check.isTrue();
		}
		catch (IOException notYet) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LoadException("interrupted", ex);
		}
	}

	private <T extends AutoCloseable> T part(T part) {
		this.parts.push(part);
		return part;
	}

	@Override
	public void close() {
		while (!this.parts.isEmpty()) {
			try {
				this.parts.pop().close();
			}
			catch (Exception ex) {
				System.err.println("could not end everything: " + ex);
			}
		}
	}

	/// Whether a process is ready.
	interface Check {

		boolean isTrue() throws IOException, InterruptedException;

	}

}
