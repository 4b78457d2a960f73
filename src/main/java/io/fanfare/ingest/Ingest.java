package io.fanfare.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import io.fanfare.ingest.Cluster.ClusterException;
import io.fanfare.notification.AddressLimit;
import io.fanfare.notification.TopicBinding;
import io.fanfare.routing.Router;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.Cursor;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

import org.springframework.context.SmartLifecycle;

/// Keeps one receiver reading all partitions of the bound topics, whatever the brokers do.
///
/// At each tick it looks at topics and end offsets, extends the receiver to what is new,
/// replaces it when it failed or stands still, and tells how far behind the replica is. A
/// replaced receiver goes on at the next offset of each partition, so nothing is lost or read
/// twice. Everything but the handing over happens on one thread of its own.
final class Ingest implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Ingest.class);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration STUCK_AFTER = Duration.ofSeconds(30);

	/// Between two looks whether what was there at start has been read.
	private static final Duration WARM_UP_INTERVAL = Duration.ofMillis(100);

	/// By topic name.
	private final Map<String, TopicBinding> bindings;

	private final int maxAddresses;

	private final Duration window;

	private final Duration interval;

	private final Map<String, Object> consumerConfig;

	private final Cluster cluster;

	private final Router router;

	private final MeterRegistry registry;

	private final PartitionTable table = new PartitionTable();

	private final CatchUp catchUp;

	private final ScheduledExecutorService thread = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("fanfare-ingest").daemon().factory());

	private final Map<String, String> refused = new HashMap<>();

	private volatile Set<String> missing = Set.of();

	/// Partitions that were there before this replica first looked, and whose end is yet
	/// to be learned.
	private final Set<TopicPartition> fromEnd = new HashSet<>();

	/// Topics whose settings have been looked at.
	private final Set<String> lookedAt = new HashSet<>();

	/// Records behind the oldest open transaction of their partition, in all.
	private volatile long heldBack;

	private boolean topicsSeen;

	private boolean cursorsTooLarge;

	private boolean outOfReach;

	private @Nullable Reading reading;

	private volatile boolean running;

	/// @param window how far back reading begins at start
	Ingest(IngestProperties properties, Duration window, AddressLimit maxAddresses, Map<String, Object> consumerConfig,
			Cluster cluster, Router router, CatchUp catchUp, MeterRegistry registry) {
		this.bindings = properties.bindings()
			.list()
			.stream()
			.collect(Collectors.toUnmodifiableMap(TopicBinding::topic, (binding) -> binding));
		this.maxAddresses = maxAddresses.perSession();
		this.window = window;
		this.interval = properties.metadataInterval();
		this.consumerConfig = consumerConfig;
		this.cluster = cluster;
		this.router = router;
		this.catchUp = catchUp;
		this.registry = registry;
		FanfareMeter.TOPICS_MISSING.gauge(registry, this, (ingest) -> ingest.missing.size());
		FanfareMeter.HELD_BACK_RECORDS.gauge(registry, this, (ingest) -> ingest.heldBack);
	}

	@Override
	public void start() {
		this.running = true;
		// Ends with the thread; a tick never throws.
		var _ = this.thread.scheduleWithFixedDelay(this::tick, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
		this.thread.execute(this::tickOnceRead);
	}

	/// Ticks once more as soon as all has been read that the first tick saw: with that
	/// the replica is ready.
	private void tickOnceRead() {
		Map<TopicPartition, Long> ends = this.catchUp.ends();
		if (!ends.isEmpty() && this.table.hasReached(ends)) {
			tick();
		}
		else if (this.running) {
			var _ = this.thread.schedule(this::tickOnceRead, WARM_UP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void stop() {
		this.running = false;
		this.thread.shutdownNow();
		try {
			// A tick that is under way would start a receiver after the last was stopped.
			if (!this.thread.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.debug("A look at Kafka outlives the gateway");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		stopReading();
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
			Cluster.Topics topics = this.cluster.topics(this.bindings.keySet());
			tellMissing(topics.missing());
			tellRefused(topics.refused());
			Map<TopicPartition, TopicDescription> there = partitions(topics);
			follow(there);
			takePositions();
			look(there);
			inReach();
		}
		catch (ClusterException ex) {
			outOfReach(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		// An error, too: nothing would look at Kafka again.
		catch (RuntimeException | Error ex) {
			logger.error("Looking at Kafka failed", ex);
		}
		this.router.ingestLag(this.catchUp.lag());
	}

	private static Map<TopicPartition, TopicDescription> partitions(Cluster.Topics topics) {
		Map<TopicPartition, TopicDescription> partitions = new HashMap<>();
		for (TopicDescription topic : topics.found().values()) {
			for (TopicPartitionInfo partition : topic.partitions()) {
				partitions.put(new TopicPartition(topic.name(), partition.partition()), topic);
			}
		}
		return partitions;
	}

	/// Extends what is read to what is there, and replaces a failed receiver.
	private void follow(Map<TopicPartition, TopicDescription> there) throws ClusterException, InterruptedException {
		boolean added = add(there);
		// What is gone is not read, or its successor would be read from its offset. Its
		// offset is kept: it may be back, the same.
		Map<TopicPartition, Long> positions = this.table.positions(there.keySet());
		Throwable cause = (this.reading != null) ? this.reading.failure().get() : null;
		if (cause != null) {
			logger.warn("Reading from Kafka failed, starting again: {}", cause.toString());
			logger.debug("Reading from Kafka failed", cause);
			clamp(positions, cause);
			restart("failure", there.keySet());
		}
		else if (added || !positions.keySet().equals((this.reading != null) ? this.reading.partitions() : Set.of())) {
			restart("partitions", there.keySet());
		}
		if (!this.topicsSeen && !this.table.isEmpty() && cursorsFit(there)) {
			this.router.cluster(this.cluster.id());
			this.topicsSeen = true;
			this.router.topicsSeen();
		}
	}

	/// Whether the largest cursor that the topics can make is one that clients can send.
	private boolean cursorsFit(Map<TopicPartition, TopicDescription> there) {
		int lanes = 0;
		List<String> wide = new ArrayList<>();
		for (TopicDescription topic : Set.copyOf(there.values())) {
			int partitions = topic.partitions().size();
			TopicBinding binding = Objects.requireNonNull(this.bindings.get(topic.name()));
			lanes += binding.isPartitionedByAddress() ? Math.min(partitions, this.maxAddresses) : partitions;
			if (!binding.isPartitionedByAddress()) {
				wide.add(topic.name() + " (" + partitions + ")");
			}
		}
		int largest = Cursor.largest(this.bindings.size(), lanes, this.maxAddresses);
		if (largest > Cursor.MAX_LENGTH && !this.cursorsTooLarge) {
			logger.error(
					"No session is let in: a cursor would have up to {} characters, more than {}. "
							+ "Declare the partitioner of topics with many partitions: {}",
					largest, Cursor.MAX_LENGTH, wide);
		}
		this.cursorsTooLarge = largest > Cursor.MAX_LENGTH;
		return !this.cursorsTooLarge;
	}

	/// Adds partitions that are not known, or of a topic that was made anew.
	private boolean add(Map<TopicPartition, TopicDescription> there) throws ClusterException, InterruptedException {
		Map<TopicPartition, TopicDescription> unknown = new HashMap<>(there);
		unknown.entrySet().removeIf((partition) -> this.table.has(partition.getKey(), partition.getValue().topicId()));
		if (!this.topicsSeen) {
			this.fromEnd.addAll(unknown.keySet());
		}
		// Of a partition without a leader no offset can be learned.
		unknown.entrySet().removeIf((partition) -> !hasLeader(partition.getKey(), partition.getValue()));
		if (unknown.isEmpty()) {
			return false;
		}
		// What was there before this replica looked is read from the window before
		// its end, to warm up; what came later from its beginning.
		List<TopicPartition> earlier = unknown.keySet().stream().filter(this.fromEnd::contains).toList();
		Map<TopicPartition, Long> next = new HashMap<>(this.cluster.beginnings(unknown.keySet()));
		Map<TopicPartition, Long> ends = new HashMap<>(next);
		ends.putAll(this.cluster.ends(earlier));
		next.putAll(this.cluster.firstSince(earlier, Instant.now().minus(this.window)));
		unknown.entrySet()
			.stream()
			.sorted(Comparator.comparingInt((entry) -> entry.getKey().partition()))
			.forEach((entry) -> {
				long end = ends.getOrDefault(entry.getKey(), 0L);
				put(entry.getKey(), entry.getValue(), next.getOrDefault(entry.getKey(), end), end);
			});
		this.fromEnd.removeAll(unknown.keySet());
		warnOfCompaction(unknown.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet()));
		logger.info("Reading {} new partitions of {}", unknown.size(),
				unknown.keySet().stream().map(TopicPartition::topic).distinct().sorted().toList());
		return true;
	}

	/// Compaction takes records out of the middle of the log, which no offset shows.
	private void warnOfCompaction(Set<String> topics) throws InterruptedException {
		Set<String> news = new HashSet<>(topics);
		news.removeAll(this.lookedAt);
		this.lookedAt.addAll(news);
		if (!news.isEmpty()) {
			this.cluster.compacted(news)
				.forEach((topic) -> logger.warn(
						"Topic '{}' is compacted: what compaction removes before a client has it is lost without a gap",
						topic));
		}
	}

	private void put(TopicPartition topicPartition, TopicDescription topic, long next, long end) {
		TopicBinding binding = Objects.requireNonNull(this.bindings.get(topic.name()));
		this.table.put(binding, topicPartition, topic.topicId(), topic.partitions().size(), Math.min(next, end), end);
	}

	private static boolean hasLeader(TopicPartition topicPartition, TopicDescription topic) {
		return topic.partitions()
			.stream()
			.filter((partition) -> partition.partition() == topicPartition.partition())
			.anyMatch((partition) -> partition.leader() != null && !partition.leader().isEmpty());
	}

	/// Notes how far behind the log this replica is.
	private void look(Map<TopicPartition, TopicDescription> there) throws ClusterException, InterruptedException {
		Map<TopicPartition, Long> earlierEnds = new HashMap<>(this.catchUp.ends());
		earlierEnds.keySet().retainAll(there.keySet());
		List<TopicPartition> led = this.table.positions(there.keySet())
			.keySet()
			.stream()
			.filter((partition) -> hasLeader(partition, Objects.requireNonNull(there.get(partition))))
			.toList();
		Map<TopicPartition, Long> ends = this.cluster.ends(led);
		boolean everCaughtUp = this.catchUp.everCaughtUp();
		this.catchUp.observe(this.table.hasReached(earlierEnds), ends, this.table.head());
		if (!everCaughtUp && this.catchUp.everCaughtUp()) {
			logger.info("Read up to the end of the log");
		}
		this.router.ends(this.table.bySlot(ends));
		Map<TopicPartition, Long> uncommitted = this.cluster.uncommittedEnds(led);
		this.heldBack = ends.entrySet()
			.stream()
			.mapToLong((end) -> Math.max(0, uncommitted.getOrDefault(end.getKey(), 0L) - end.getValue()))
			.sum();
		if (this.catchUp.stuckFor().compareTo(STUCK_AFTER) > 0) {
			logger.warn("No progress for {} s while records wait, starting the receiver again",
					STUCK_AFTER.toSeconds());
			restart("stuck", there.keySet());
		}
	}

	private void tellMissing(Set<String> nowMissing) {
		Set<String> news = new HashSet<>(nowMissing);
		news.removeAll(this.missing);
		news.forEach((topic) -> logger.warn("Topic '{}' does not exist; looking again every {} s", topic,
				this.interval.toMillis() / 1000.0));
		this.missing = Set.copyOf(nowMissing);
	}

	private void tellRefused(Map<String, String> nowRefused) {
		nowRefused.forEach((topic, why) -> {
			if (!why.equals(this.refused.get(topic))) {
				logger.warn("Topic '{}' cannot be read: {}; looking again every {} s", topic, why,
						this.interval.toMillis() / 1000.0);
			}
		});
		this.refused.clear();
		this.refused.putAll(nowRefused);
	}

	/// Moves every next offset that the log does not hold to the nearest one it does, and
	/// one
	/// whose log was truncated to where that was.
	private void clamp(Map<TopicPartition, Long> positions, Throwable cause)
			throws ClusterException, InterruptedException {
		Map<TopicPartition, OffsetAndMetadata> divergent = (cause instanceof LogTruncationException truncation)
				? truncation.divergentOffsets() : Map.of();
		Map<TopicPartition, Long> beginnings = this.cluster.beginnings(positions.keySet());
		Map<TopicPartition, Long> ends = this.cluster.ends(positions.keySet());
		positions.forEach((topicPartition, next) -> {
			long from = beginnings.getOrDefault(topicPartition, next);
			OffsetAndMetadata truncatedAt = divergent.get(topicPartition);
			long end = (truncatedAt != null) ? truncatedAt.offset() : ends.getOrDefault(topicPartition, next);
			long to = Math.max(from, end);
			long nearest = Math.clamp(next, from, to);
			if (nearest != next) {
				logger.warn("{} no longer holds offset {}, going on at {}", topicPartition, next, nearest);
				this.table.reposition(topicPartition, nearest);
			}
		});
	}

	private void restart(String cause, Set<TopicPartition> there) {
		FanfareMeter.RECEIVER_RESTARTS.counter(this.registry, "cause", cause).increment();
		stopReading();
		this.catchUp.interrupted();
		int generation = this.table.nextGeneration();
		Map<TopicPartition, Long> positions = this.table.positions(there);
		this.router.route(List.of(), this.table.headAndBegun(), () -> {
		});
		if (positions.isEmpty()) {
			return;
		}
		LogReceiver receiver = new LogReceiver(this.consumerConfig, positions);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Disposable subscription = receiver.receive((records, done) -> {
			if (!this.table.take(generation, records, (taken, head) -> this.router.route(taken, head, done))) {
				done.run();
			}
		}).subscribe((nothing) -> {
		}, failure::set, () -> failure.set(new IllegalStateException("The receiver has ended")));
		this.reading = new Reading(receiver, generation, positions.keySet(), subscription, failure);
	}

	private void stopReading() {
		if (this.reading != null) {
			this.reading.subscription().dispose();
			this.reading = null;
		}
	}

	private void takePositions() {
		if (this.reading == null) {
			return;
		}
		int generation = this.reading.generation();
		this.reading.receiver()
			.positions()
			.subscribe((positions) -> this.table.moveTo(generation, positions,
					(records, head) -> this.router.route(records, head, () -> {
					})), (ex) -> logger.debug("No positions now", ex));
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
		this.catchUp.interrupted();
	}

	/// One receiver at work.
	///
	/// @param receiver what reads
	/// @param generation what it hands over belongs to
	/// @param partitions what it reads
	/// @param subscription ends it
	/// @param failure what ended it, if it has ended
	private record Reading(LogReceiver receiver, int generation, Set<TopicPartition> partitions,
			Disposable subscription, AtomicReference<@Nullable Throwable> failure) {
	}

}
