package io.fanfare.flow;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.fanfare.dev.TestBroker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/// A gateway whose journal holds a record for a millisecond, so that resumes need Kafka.
final class ShortMemory {

	static final String SETTING = "fanfare.journal.window=1ms";

	private ShortMemory() {
	}

	/// Waits until the gateway has read every record of its topics on the shared broker,
	/// and
	/// has nothing but a last one for nobody in its journal.
	static void forget(Gateway gateway) throws Exception {
		String bootstrapServers = TestBroker.shared().bootstrapServers();
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
				Records records = Records.to(bootstrapServers)) {
			awaitRead(gateway, admin);
			records.write(gateway.topic("tenants"), "nobody", "0");
			awaitRead(gateway, admin);
		}
	}

	private static void awaitRead(Gateway gateway, Admin admin) throws Exception {
		List<String> topics = Gateway.TOPICS.stream().map(gateway::topic).toList();
		Map<TopicPartition, OffsetSpec> ends = admin.describeTopics(topics)
			.allTopicNames()
			.get(20, TimeUnit.SECONDS)
			.values()
			.stream()
			.flatMap((topic) -> topic.partitions()
				.stream()
				.map((partition) -> new TopicPartition(topic.name(), partition.partition())))
			.collect(Collectors.toMap((partition) -> partition, (partition) -> OffsetSpec.latest()));
		long records = admin.listOffsets(ends)
			.all()
			.get(20, TimeUnit.SECONDS)
			.values()
			.stream()
			.mapToLong((end) -> end.offset())
			.sum();
		Awaitility.await().atMost(Inbox.PATIENCE).until(() -> read(gateway) >= records);
	}

	private static double read(Gateway gateway) {
		return gateway.bean(MeterRegistry.class)
			.find("fanfare.ingest.records")
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
	}

}
