package io.fanfare.ingest;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.fanfare.ingest.Cluster.ClusterException;
import io.fanfare.notification.TopicBinding;
import io.fanfare.routing.Router;
import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;

/// Keeps one receiver reading all partitions of the bound topics, whatever the brokers do.
///
/// At each tick it looks at topics and end offsets, extends the receiver to what is new,
/// replaces it when it failed or stands still, and tells how far behind the replica is. A
/// replaced receiver goes on at the next offset of each partition, so nothing is lost or read
/// twice. Everything but the handing over happens on one thread of its own.
final class Ingest implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Ingest.class);

	private static final Duration STUCK_AFTER = Duration.ofSeconds(30);

	private final List<TopicBinding> bindings;

	private final Duration interval;

	private final Map<String, Object> consumerConfig;

	private final Cluster cluster;

	private final Router router;

	private final MeterRegistry registry;

	private final PartitionTable table = new PartitionTable();

	private final CatchUp catchUp;

	private final ScheduledExecutorService thread = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("fanfare-ingest").daemon().factory());

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private Set<String> missing = Set.of();

	private boolean topicsSeen;

	private boolean outOfReach;

	private int generation;

	private @Nullable LogReceiver receiver;

	private @Nullable Disposable receiving;

	private volatile boolean running;

	Ingest(IngestProperties properties, Map<String, Object> consumerConfig, Cluster cluster, Router router,
			CatchUp catchUp, MeterRegistry registry) {
		this.bindings = properties.bindings().list();
		this.interval = properties.metadataInterval();
		this.consumerConfig = consumerConfig;
		this.cluster = cluster;
		this.router = router;
		this.catchUp = catchUp;
		this.registry = registry;
		FanfareMeter.TOPICS_MISSING.gauge(registry, this, (ingest) -> ingest.missing.size());
	}

	@Override
	public void start() {
		this.running = true;
		// Ends with the thread; a tick never throws.
		var _ = this.thread.scheduleWithFixedDelay(this::tick, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void stop() {
		this.running = false;
		this.thread.shutdownNow();
		stopReceiving();
		this.cluster.close();
	}

	/// Records are read until the last session has been sent elsewhere.
	@Override
	public int getPhase() {
		return 0;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private void tick() {
		try {
			Map<TopicPartition, Long> reached = this.catchUp.ends();
			follow(this.cluster.topics(this.bindings.stream().map(TopicBinding::topic).toList()));
			inReach();
			takePositions();
			this.catchUp.observe(this.table.hasReached(reached), this.cluster.ends(this.table.topicPartitions()),
					this.table.head());
			if (this.catchUp.stuckFor().compareTo(STUCK_AFTER) > 0) {
				logger.warn("No progress for {} s while records wait, starting the receiver again",
						STUCK_AFTER.toSeconds());
				restart("stuck");
			}
		}
		catch (ClusterException ex) {
			outOfReach(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.error("Looking at Kafka failed", ex);
		}
		this.router.ingestLag(this.catchUp.lag());
	}

	/// Extends what is read to what is there, and replaces a failed receiver.
	private void follow(Cluster.Topics topics) throws ClusterException, InterruptedException {
		tellMissing(topics.missing());
		boolean extended = extend(topics);
		Throwable cause = this.failure.getAndSet(null);
		if (cause != null) {
			logger.warn("Reading from Kafka failed, starting again: {}", cause.toString());
			logger.debug("Reading from Kafka failed", cause);
			clampPositions();
			restart("failure");
		}
		else if (extended) {
			restart("partitions");
		}
		if (!this.topicsSeen && !this.table.isEmpty()) {
			this.topicsSeen = true;
			this.router.topicsSeen();
		}
	}

	private boolean extend(Cluster.Topics topics) throws ClusterException, InterruptedException {
		Map<TopicPartition, TopicDescription> unknown = new HashMap<>();
		for (TopicDescription topic : topics.found().values()) {
			for (int partition = 0; partition < topic.partitions().size(); partition++) {
				TopicPartition topicPartition = new TopicPartition(topic.name(), partition);
				if (!this.table.has(topicPartition, topic.topicId())) {
					unknown.put(topicPartition, topic);
				}
			}
		}
		if (unknown.isEmpty()) {
			return false;
		}
		// What was there before this replica looked is read from its end, what came later
		// from
		// its beginning.
		Map<TopicPartition, Long> next = this.topicsSeen ? this.cluster.beginnings(unknown.keySet())
				: this.cluster.ends(unknown.keySet());
		for (TopicBinding binding : this.bindings) {
			unknown.forEach((topicPartition, topic) -> {
				if (topicPartition.topic().equals(binding.topic())) {
					this.table.put(binding, topicPartition, topic.topicId(), next.getOrDefault(topicPartition, 0L));
				}
			});
		}
		logger.info("Reading {} new partitions of {}", unknown.size(),
				unknown.keySet().stream().map(TopicPartition::topic).distinct().sorted().toList());
		return true;
	}

	private void tellMissing(Set<String> nowMissing) {
		Set<String> news = new HashSet<>(nowMissing);
		news.removeAll(this.missing);
		news.forEach((topic) -> logger.warn("Topic '{}' does not exist; looking again every {} s", topic,
				this.interval.toMillis() / 1000.0));
		this.missing = Set.copyOf(nowMissing);
	}

	/// Moves every next offset that the log does not hold to the nearest one it does.
	private void clampPositions() throws ClusterException, InterruptedException {
		Map<TopicPartition, Long> positions = this.table.positions();
		Map<TopicPartition, Long> beginnings = this.cluster.beginnings(positions.keySet());
		Map<TopicPartition, Long> ends = this.cluster.ends(positions.keySet());
		positions.forEach((topicPartition, next) -> {
			long from = beginnings.getOrDefault(topicPartition, next);
			long to = Math.max(from, ends.getOrDefault(topicPartition, next));
			long nearest = Math.clamp(next, from, to);
			if (nearest != next) {
				logger.warn("{} no longer holds offset {}, going on at {}", topicPartition, next, nearest);
				this.table.reposition(topicPartition, nearest);
			}
		});
	}

	private void restart(String cause) {
		FanfareMeter.RECEIVER_RESTARTS.counter(this.registry, "cause", cause).increment();
		stopReceiving();
		this.generation = this.table.nextGeneration();
		int current = this.generation;
		LogReceiver next = new LogReceiver(this.consumerConfig, this.table.positions());
		this.receiver = next;
		this.router.route(List.of(), this.table.head(), () -> {
		});
		this.receiving = next.receive((records) -> Mono.create((done) -> {
			if (!this.table.take(current, records, (taken, head) -> this.router.route(taken, head, done::success))) {
				done.success();
			}
		})).subscribe((nothing) -> {
		}, this.failure::set);
	}

	private void stopReceiving() {
		if (this.receiving != null) {
			this.receiving.dispose();
			this.receiving = null;
			this.receiver = null;
		}
	}

	private void takePositions() {
		if (this.receiver == null) {
			return;
		}
		int current = this.generation;
		this.receiver.positions()
			.subscribe((positions) -> this.table.moveTo(current, positions,
					(records, head) -> this.router.route(records, head, () -> {
					})), (ex) -> logger.debug("The receiver has ended", ex));
	}

	private void inReach() {
		if (this.outOfReach) {
			logger.info("Kafka answers again");
			this.outOfReach = false;
		}
	}

	private void outOfReach(ClusterException ex) {
		if (!this.outOfReach) {
			logger.warn("Kafka does not answer, trying on: {}", String.valueOf(ex.getCause()));
			this.outOfReach = true;
		}
	}

}
