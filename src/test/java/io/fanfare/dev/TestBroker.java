package io.fanfare.dev;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/// The Kafka broker that tests share, one per JVM.
///
/// Testcontainers' where a container engine answers and the container is up within 60 s,
/// otherwise an in-JVM [KraftBroker]; one log line says which and why. Tests use topic
/// names of their own; a test that needs an outage starts a [KraftBroker] for itself.
public final class TestBroker {

	private static final Logger logger = LoggerFactory.getLogger(TestBroker.class);

	private static final Duration CONTAINER_START = Duration.ofSeconds(60);

	private final String kind;

	private final String bootstrapServers;

	private TestBroker(String kind, String bootstrapServers, String reason) {
		this.kind = kind;
		this.bootstrapServers = bootstrapServers;
		logger.info("Kafka for these tests: {} at {} ({})", kind, bootstrapServers, reason);
	}

	/// Returns the broker, starting it at the first call. It ends with the JVM.
	public static TestBroker shared() {
		return Shared.BROKER;
	}

	/// The address for clients.
	public String bootstrapServers() {
		return this.bootstrapServers;
	}

	/// The topics of this broker.
	public Topics topics() {
		return new Topics(this.bootstrapServers);
	}

	@Override
	public String toString() {
		return this.kind + " at " + this.bootstrapServers;
	}

	private static TestBroker start() {
		CompletableFuture<KafkaContainer> container = new CompletableFuture<>();
		// A daemon, because neither the probe nor the start can be interrupted.
		Thread.ofPlatform().daemon().name("test-broker-container").start(() -> startContainer(container));
		// Exactly one of container, failure and timeout completes it; startContainer
		// stops a container that comes too late.
		return container.orTimeout(CONTAINER_START.toSeconds(), TimeUnit.SECONDS)
			.handle((started, failure) -> (started != null) ? of(started) : inThisJvm(reason(failure)))
			.join();
	}

	private static TestBroker of(KafkaContainer container) {
		return new TestBroker("Testcontainers " + container.getDockerImageName(), container.getBootstrapServers(),
				"a container engine answers");
	}

	private static void startContainer(CompletableFuture<KafkaContainer> result) {
		try {
			if (!DockerClientFactory.instance().isDockerAvailable()) {
				result.completeExceptionally(new IllegalStateException("no container engine answers"));
				return;
			}
			KafkaContainer container = new KafkaContainer("apache/kafka:" + AppInfoParser.getVersion())
				.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
				.withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
			container.start();
			if (!result.complete(container)) {
				container.stop();
			}
		}
		catch (RuntimeException | LinkageError ex) {
			result.completeExceptionally(
					new IllegalStateException("the container did not start: " + ex.getMessage(), ex));
		}
	}

	private static String reason(@Nullable Throwable failure) {
		if (failure instanceof TimeoutException) {
			return "no container was up within " + CONTAINER_START.toSeconds() + " s";
		}
		String message = (failure != null) ? failure.getMessage() : null;
		return (message != null) ? message.lines().findFirst().orElse(message) : "the container did not start";
	}

	private static TestBroker inThisJvm(String reason) {
		KraftBroker broker = KraftBroker.startOnFreePort();
		Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "test-broker-close"));
		return new TestBroker("a KRaft broker in this JVM", broker.bootstrapServers(), reason);
	}

	private static final class Shared {

		static final TestBroker BROKER = start();

		private Shared() {
		}

	}

}
