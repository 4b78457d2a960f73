package io.fanfare.flow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.fanfare.FanfareApplication;
import io.fanfare.dev.LocalIssuer;
import io.fanfare.dev.TestBroker;
import io.fanfare.session.Gate;
import io.fanfare.session.Sessions;
import org.awaitility.Awaitility;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// One gateway for tests, on free ports, with an issuer and topics of its own.
///
/// The topics `notifications` (`sub`), `tenants` (`tenant`), `groups` (`groups`), `headers`
/// (`sub`, named by the header `to`) and `announcements` (`everyone`) are made on the shared
/// broker under names that no other gateway has.
public final class Gateway implements AutoCloseable {

	/// The topics by the names that tests know.
	static final List<String> TOPICS = List.of("notifications", "tenants", "groups", "headers", "announcements");

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final int PARTITIONS = 3;

	private final String suffix;

	private final LocalIssuer issuer;

	private final String bootstrapServers;

	private final String[] properties;

	/// Whether the issuer is another gateway's.
	private final boolean isReplica;

	private final ConfigurableApplicationContext context;

	private Gateway(String bootstrapServers, Class<?>[] extraSources, String[] properties) {
		this(newSuffix(), LocalIssuer.startOnFreePort(), false, bootstrapServers, extraSources, properties);
	}

	private Gateway(String suffix, LocalIssuer issuer, boolean isReplica, String bootstrapServers,
			Class<?>[] extraSources, String[] properties) {
		this.isReplica = isReplica;
		this.suffix = suffix;
		this.issuer = issuer;
		this.bootstrapServers = bootstrapServers;
		this.properties = properties.clone();
		List<String> settings = new ArrayList<>(
				List.of("server.port=0", "server.address=127.0.0.1", "management.server.port=0",
						"management.server.address=127.0.0.1", "spring.kafka.bootstrap-servers=" + bootstrapServers,
						"spring.security.oauth2.resourceserver.jwt.issuer-uri=" + this.issuer.issuerUri(),
						"fanfare.ingest.metadata-interval=200ms", "fanfare.drain.notice=0s"));
		bind(settings, 0, "notifications", "sub", "key");
		bind(settings, 1, "tenants", "tenant", "key");
		bind(settings, 2, "groups", "groups", "key");
		bind(settings, 3, "headers", "sub", "header:to");
		bind(settings, 4, "announcements", "everyone", "key");
		settings.addAll(Arrays.asList(properties));
		this.context = new SpringApplicationBuilder(FanfareApplication.class).sources(extraSources)
			.registerShutdownHook(false)
			.run(arguments(settings));
	}

	/// Starts a gateway on the shared broker and waits until its gate is open.
	/// @param properties further settings, `name=value`; they go before the defaults
	public static Gateway start(String... properties) {
		return start(new Class<?>[0], properties);
	}

	/// Starts a gateway with further configuration classes.
	public static Gateway start(Class<?>[] extraSources, String... properties) {
		TestBroker broker = TestBroker.shared();
		String suffix = newSuffix();
		// Before it starts: topics that come one by one have it read anew with each, and
		// a
		// test may begin meanwhile.
		for (String topic : TOPICS) {
			broker.topics().create(topic + suffix, PARTITIONS);
		}
		Gateway gateway = new Gateway(suffix, LocalIssuer.startOnFreePort(), false, broker.bootstrapServers(),
				extraSources, properties);
		gateway.awaitReady();
		return gateway;
	}

	private static String newSuffix() {
		return "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
	}

	/// Starts a gateway on some broker, up or down, without making topics or waiting.
	public static Gateway startOn(String bootstrapServers, Class<?>[] extraSources, String... properties) {
		return new Gateway(bootstrapServers, extraSources, properties);
	}

	/// Starts another replica: the same issuer and topics, a process's worth of
	/// everything else.
	/// @param more settings that it has beside this one's
	public Gateway replica(String... more) {
		Gateway replica = new Gateway(this.suffix, this.issuer, true, this.bootstrapServers, new Class<?>[0],
				Stream.concat(Arrays.stream(this.properties), Arrays.stream(more)).toArray(String[]::new));
		replica.awaitReady();
		return replica;
	}

	/// Waits until every bound topic is read to its end.
	public void awaitReady() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> health("readiness") == 200 && sessions().gate() == Gate.OPEN && sessions().ingestLagMs() == 0
					&& missingTopics() == 0);
	}

	private double missingTopics() {
		return bean(io.micrometer.core.instrument.MeterRegistry.class).get("fanfare.ingest.topics.missing")
			.gauge()
			.value();
	}

	/// Returns the name that a topic has on the broker.
	public String topic(String name) {
		return name + this.suffix;
	}

	/// Returns the issuer that the gateway trusts.
	public LocalIssuer issuer() {
		return this.issuer;
	}

	/// Returns the endpoint.
	public URI uri() {
		return URI.create("ws://127.0.0.1:" + port() + "/v1/notifications");
	}

	/// Returns the port of the endpoint.
	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", int.class);
	}

	/// Returns the port of health and metrics.
	public int managementPort() {
		return this.context.getEnvironment().getRequiredProperty("local.management.port", int.class);
	}

	/// Returns the status of a probe.
	/// @param group `liveness` or `readiness`
	int health(String group) throws IOException, InterruptedException {
		URI probe = URI.create("http://127.0.0.1:" + managementPort() + "/actuator/health/" + group);
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client
				.send(HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(10)).build(),
						HttpResponse.BodyHandlers.discarding())
				.statusCode();
		}
	}

	/// Returns the gateway's sessions.
	public Sessions sessions() {
		return bean(Sessions.class);
	}

	/// Returns a bean of the gateway.
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
		if (!this.isReplica) {
			this.issuer.close();
		}
	}

	/// Of several settings of one name the last counts; Spring would join their values.
	private static String[] arguments(List<String> settings) {
		Map<String, String> byName = new LinkedHashMap<>();
		settings.forEach((setting) -> byName.put(setting.substring(0, setting.indexOf('=')), "--" + setting));
		return byName.values().toArray(String[]::new);
	}

	private void bind(List<String> settings, int index, String name, String addressBy, String addressFrom) {
		String topic = "fanfare.ingest.topics[" + index + "].";
		settings.add(topic + "name=" + topic(name));
		settings.add(topic + "address-by=" + addressBy);
		settings.add(topic + "address-from=" + addressFrom);
		settings.add(topic + "default-type=com.example." + name);
	}

}
