package io.fanfare.dev;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The topics of one broker.
///
/// Each call opens and closes its own client, so that nothing keeps retrying while a test
/// has the broker down. A call returns when its effect is visible to clients and fails
/// after 15 s.
public final class Topics {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final String bootstrapServers;

	public Topics(String bootstrapServers) {
		this.bootstrapServers = bootstrapServers;
	}

	/// Creates a topic with the broker's defaults.
	public void create(String name, int partitions) {
		create(name, partitions, Map.of());
	}

	/// Creates a topic. Does nothing when it is there already.
	/// @param config topic settings by Kafka's names, for example `retention.ms`
	public void create(String name, int partitions, Map<String, String> config) {
		createAll(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(config)));
	}

	/// Creates several topics at once, each with the number of partitions it maps to.
	public void create(Map<String, Integer> partitionsByName) {
		createAll(partitionsByName.entrySet()
			.stream()
			.map((topic) -> new NewTopic(topic.getKey(), Optional.of(topic.getValue()), Optional.empty()))
			.toList());
	}

	/// Deletes a topic and waits until it is gone.
	public void delete(String name) {
		withAdmin((admin) -> {
			get(admin.deleteTopics(List.of(name)).all());
			await(() -> !get(admin.listTopics().names()).contains(name), "deletion of " + name);
			return name;
		});
	}

	/// Raises the number of partitions of a topic to `partitions`.
	public void extend(String name, int partitions) {
		withAdmin((admin) -> {
			get(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions))).all());
			await(() -> isServed(admin, name, partitions), partitions + " partitions of " + name);
			return name;
		});
	}

	private void createAll(List<NewTopic> topics) {
		withAdmin((admin) -> {
			for (Map.Entry<String, KafkaFuture<Void>> created : admin.createTopics(topics).values().entrySet()) {
				try {
					get(created.getValue());
				}
				catch (TopicExistsException alreadyThere) {
					// What was asked for.
				}
			}
			for (NewTopic topic : topics) {
				await(() -> isServed(admin, topic.name(), 1), "topic " + topic.name());
			}
			return topics;
		});
	}

	private static boolean isServed(Admin admin, String name, int partitions) throws TimeoutException {
		try {
			TopicDescription description = get(admin.describeTopics(List.of(name)).allTopicNames()).get(name);
			return description != null && description.partitions().size() >= partitions
					&& description.partitions().stream().allMatch(Topics::hasLeader);
		}
		catch (UnknownTopicOrPartitionException notYet) {
			return false;
		}
	}

	private static boolean hasLeader(TopicPartitionInfo partition) {
		Node leader = partition.leader();
		return leader != null && !leader.isEmpty();
	}

	private <T> T withAdmin(Call<Admin, T> call) {
		int timeoutMillis = (int) TIMEOUT.toMillis();
		try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, this.bootstrapServers,
				AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis,
				AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis))) {
			return call.apply(admin);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("The broker at " + this.bootstrapServers + " did not answer in time", ex);
		}
	}

	private static void await(Check check, String what) throws TimeoutException {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (!check.isTrue()) {
			if (System.nanoTime() > deadline) {
				throw new TimeoutException("Still waiting for " + what);
			}
			pause();
		}
	}

	private static void pause() {
		try {
			Thread.sleep(20);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the broker", ex);
		}
	}

	private static <T> T get(KafkaFuture<T> future) throws TimeoutException {
		try {
			return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the broker", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	@FunctionalInterface
	private interface Call<A, T> {

		T apply(A argument) throws TimeoutException;

	}

	@FunctionalInterface
	private interface Check {

		boolean isTrue() throws TimeoutException;

	}

}
