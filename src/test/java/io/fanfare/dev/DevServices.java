package io.fanfare.dev;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.SmartLifecycle;

/// The broker, the issuer and the topics that the gateway is developed against.
///
/// [#main] runs them alone, for a built jar to run beside; `TestFanfareApplication` runs
/// them with the gateway in one process. The broker starts in the background; as the first
/// bean to start, this makes the others wait for it.
/// Threads: [#close()] may be called from any thread, more than once.
/// Failure: a taken port is a [PortTakenException], thrown before anything starts.
public final class DevServices implements SmartLifecycle, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DevServices.class);

	private static final Duration CLOSE = Duration.ofSeconds(20);

	private final DevSettings settings;

	private final @Nullable LocalIssuer issuer;

	private final CompletableFuture<@Nullable KraftBroker> broker;

	private volatile boolean running;

	private DevServices(DevSettings settings) {
		this.settings = settings;
		boolean ownBroker = settings.bootstrapServers() == null;
		if (ownBroker) {
			Ports.requireFree(settings.brokerPort(), "Kafka broker", DevSettings.BROKER_PORT);
		}
		this.issuer = settings.ownIssuer() ? LocalIssuer.startOn(settings.issuerPort(), DevSettings.ISSUER_PORT) : null;
		this.broker = new CompletableFuture<>();
		Thread.ofPlatform().name("dev-broker-start").start(ownBroker ? this::startBroker : this::useGivenBroker);
	}

	/// Runs the services alone until the process is told to end.
	public static void main(String[] args) {
		DevRun.of(false, () -> {
			SpringApplication application = new SpringApplication(Alone.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.run(args);
		});
	}

	/// Starts what the settings ask for; the broker may still be on its way.
	static DevServices start(DevSettings settings) {
		return new DevServices(settings);
	}

	/// The address of the broker, whether own or not.
	String bootstrapServers() {
		String given = this.settings.bootstrapServers();
		return (given != null) ? given : "localhost:" + this.settings.brokerPort();
	}

	/// The own issuer.
	@Nullable LocalIssuer issuer() {
		return this.issuer;
	}

	/// What the gateway needs to know, as Boot's properties.
	Map<String, Object> properties() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(DevSettings.BOOTSTRAP_SERVERS, bootstrapServers());
		if (this.issuer != null) {
			properties.put(DevSettings.ISSUER_URI, this.issuer.issuerUri());
		}
		return properties;
	}

	/// One line for each service.
	String summary() {
		String given = this.settings.bootstrapServers();
		return "  Kafka     " + bootstrapServers() + ((given != null) ? " (given)" : " (in this JVM)") + "\n"
				+ "  Topics    " + String.join(", ", this.settings.topics().keySet().stream().sorted().toList()) + "\n"
				+ "  Issuer    " + ((this.issuer != null) ? this.issuer.issuerUri() : "as configured") + "\n";
	}

	/// Waits for the broker and its topics.
	@Override
	public void start() {
		try {
			this.broker.join();
			this.running = true;
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/// Does nothing: the services outlive the application, see [#close()].
	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/// Before everything else.
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	@Override
	public void close() {
		if (this.issuer != null) {
			this.issuer.close();
		}
		KraftBroker started = this.broker.exceptionally((failure) -> null)
			.completeOnTimeout(null, CLOSE.toSeconds(), TimeUnit.SECONDS)
			.join();
		if (started != null) {
			started.close();
		}
	}

	private void startBroker() {
		KraftBroker started = null;
		try {
			started = KraftBroker.startOn(this.settings.brokerPort(), DevSettings.BROKER_PORT);
			started.topics().create(this.settings.topics());
			this.broker.complete(started);
		}
		catch (RuntimeException | Error ex) {
			if (started != null) {
				started.close();
			}
			this.broker.completeExceptionally(ex);
		}
	}

	// A broker of somebody else's may be down or refuse; the gateway then shows what it
	// does without.
	private void useGivenBroker() {
		try {
			new Topics(bootstrapServers()).create(this.settings.topics());
		}
		catch (RuntimeException ex) {
			logger.warn("The topics could not be created at {}: {}", bootstrapServers(), ex.getMessage());
		}
		this.broker.complete(null);
	}

	/// The services' own application: no beans but them.
	static class Alone {

	}

}
