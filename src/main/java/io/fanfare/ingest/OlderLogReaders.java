package io.fanfare.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.fanfare.ingest.Cluster.ClusterException;
import io.fanfare.journal.OlderLog;
import io.fanfare.notification.PartitionId;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/// Reads partitions back, each on one of a few threads with a consumer of its own.
final class OlderLogReaders implements OlderLog, AutoCloseable {

	/// Requests for the beginning of a time that wait at most.
	private static final int MAX_WAITING = 1000;

	private final Cluster cluster;

	private final List<OlderLogThread> threads = new ArrayList<>();

	/// Asks the brokers where times begin.
	private final ExecutorService asking = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(MAX_WAITING), Thread.ofPlatform().name("fanfare-since").daemon().factory());

	/// @param consumerConfig Kafka client configuration
	/// @param readers threads; zero where nothing is read back
	OlderLogReaders(Map<String, Object> consumerConfig, int readers, Cluster cluster) {
		this.cluster = cluster;
		for (int i = 0; i < readers; i++) {
			Map<String, Object> config = new HashMap<>(consumerConfig);
			config.put(ConsumerConfig.CLIENT_ID_CONFIG,
					consumerConfig.get(ConsumerConfig.CLIENT_ID_CONFIG) + "-catch-up-" + i);
			this.threads.add(new OlderLogThread("fanfare-catch-up-" + i, config));
		}
	}

	@Override
	public Reading read(PartitionId partition, long from, int epoch, Reader reader) {
		OlderLogThread idlest = this.threads.getFirst();
		for (OlderLogThread thread : this.threads) {
			if (thread.readings() < idlest.readings()) {
				idlest = thread;
			}
		}
		return idlest.read(partition, from, epoch, reader);
	}

	@Override
	public CompletionStage<List<Found>> find(List<PartitionId> partitions, Instant time) {
		try {
			return CompletableFuture.supplyAsync(() -> findNow(partitions, time), this.asking);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private List<Found> findNow(List<PartitionId> partitions, Instant time) {
		List<TopicPartition> all = partitions.stream().map(OlderLogReaders::topicPartition).toList();
		try {
			Map<TopicPartition, Long> beginnings = this.cluster.beginnings(all);
			Map<TopicPartition, Long> offsets = this.cluster.firstSince(all, time);
			return all.stream()
				.map((partition) -> new Found(beginnings.getOrDefault(partition, 0L),
						offsets.getOrDefault(partition, 0L)))
				.toList();
		}
		catch (ClusterException ex) {
			throw new CompletionException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CompletionException(ex);
		}
	}

	static TopicPartition topicPartition(PartitionId partition) {
		return new TopicPartition(partition.binding().topic(), partition.partition());
	}

	@Override
	public void close() {
		this.asking.shutdownNow();
		this.threads.forEach(OlderLogThread::close);
	}

}
