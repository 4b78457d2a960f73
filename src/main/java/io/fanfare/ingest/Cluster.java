package io.fanfare.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the brokers say of topics and offsets. Blocks, for the timeout at most.
final class Cluster implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Cluster.class);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final Map<String, Object> adminConfig;

	private final Duration timeout;

	/// Made at the first look: while no broker's name resolves, it cannot be made.
	private @Nullable Admin admin;

	private boolean closed;

	Cluster(Map<String, Object> adminConfig, Duration timeout) {
		this.adminConfig = adminConfig;
		this.timeout = timeout;
	}

	/// Looks the topics up.
	/// @throws ClusterException if the brokers do not answer, or refuse
	Topics topics(Collection<String> names) throws ClusterException, InterruptedException {
		Map<String, TopicDescription> found = new HashMap<>();
		Set<String> missing = new HashSet<>();
		Map<String, String> refused = new HashMap<>();
		for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : admin()
			.describeTopics(names, new DescribeTopicsOptions().timeoutMs(timeoutMs()))
			.topicNameValues()
			.entrySet()) {
			try {
				found.put(topic.getKey(), get(topic.getValue()));
			}
			catch (ClusterException ex) {
				switch (ex.getCause()) {
					case UnknownTopicOrPartitionException unknown -> missing.add(topic.getKey());
					case TopicAuthorizationException refusal -> refused.put(topic.getKey(), "not authorized");
					case InvalidTopicException refusal -> refused.put(topic.getKey(), "not a valid name");
					case null, default -> throw ex;
				}
			}
		}
		return new Topics(found, missing, refused);
	}

	/// Returns the first offset that each partition holds.
	Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions)
			throws ClusterException, InterruptedException {
		return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED);
	}

	/// Returns the read-committed end of each partition.
	Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
			throws ClusterException, InterruptedException {
		return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
	}

	/// Returns the end of each partition with what open transactions hold back.
	Map<TopicPartition, Long> uncommittedEnds(Collection<TopicPartition> partitions)
			throws ClusterException, InterruptedException {
		return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
	}

	/// Returns which of the topics are compacted, as far as this gateway may know.
	Set<String> compacted(Collection<String> names) throws InterruptedException {
		List<ConfigResource> topics = names.stream()
			.map((name) -> new ConfigResource(ConfigResource.Type.TOPIC, name))
			.toList();
		try {
			return get(admin().describeConfigs(topics, new DescribeConfigsOptions().timeoutMs(timeoutMs())).all())
				.entrySet()
				.stream()
				.filter((topic) -> topic.getValue().get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains("compact"))
				.map((topic) -> topic.getKey().name())
				.collect(Collectors.toSet());
		}
		catch (ClusterException ex) {
			logger.debug("Could not learn whether topics are compacted", ex);
			return Set.of();
		}
	}

	/// Returns the first offset whose timestamp is not earlier, the end where there is
	/// none. Timestamps are a hint: producers may set them.
	Map<TopicPartition, Long> firstSince(Collection<TopicPartition> partitions, Instant time)
			throws ClusterException, InterruptedException {
		Map<TopicPartition, Long> first = new HashMap<>(
				offsets(partitions, OffsetSpec.forTimestamp(time.toEpochMilli()), IsolationLevel.READ_COMMITTED));
		Map<TopicPartition, Long> ends = ends(partitions);
		first.replaceAll((partition, offset) -> (offset < 0) ? ends.getOrDefault(partition, 0L) : offset);
		return first;
	}

	/// Returns the cluster's id.
	String id() throws ClusterException, InterruptedException {
		return get(admin().describeCluster(new DescribeClusterOptions().timeoutMs(timeoutMs())).clusterId());
	}

	private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec,
			IsolationLevel isolation) throws ClusterException, InterruptedException {
		Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> offsets = get(admin()
			.listOffsets(partitions.stream().collect(Collectors.toMap((partition) -> partition, (partition) -> spec)),
					new ListOffsetsOptions(isolation).timeoutMs(timeoutMs()))
			.all());
		return offsets.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().offset()));
	}

	private <T> T get(KafkaFuture<T> future) throws ClusterException, InterruptedException {
		try {
			return future.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw new ClusterException((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw new ClusterException(ex);
		}
	}

	private int timeoutMs() {
		return Math.toIntExact(this.timeout.toMillis());
	}

	private synchronized Admin admin() throws ClusterException {
		if (this.closed) {
			throw new ClusterException(new IllegalStateException("closed"));
		}
		if (this.admin == null) {
			try {
				this.admin = Admin.create(this.adminConfig);
			}
			catch (KafkaException ex) {
				throw new ClusterException((ex.getCause() != null) ? ex.getCause() : ex);
			}
		}
		return this.admin;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.admin != null) {
			this.admin.close(CLOSE_TIMEOUT);
		}
	}

	/// The bound topics as the brokers know them.
	///
	/// @param found descriptions by topic name
	/// @param missing names of topics that do not exist
	/// @param refused why not, by the names of topics that the brokers tell nothing of
	record Topics(Map<String, TopicDescription> found, Set<String> missing, Map<String, String> refused) {
	}

	/// The brokers did not answer, or refused.
	static final class ClusterException extends Exception {

		private static final long serialVersionUID = 1L;

		ClusterException(Throwable cause) {
			super(cause);
		}

	}

}
