package io.fanfare.notification;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionerTests {

	@Test
	void choosesAsTheJavaClientDoes() {
		Random random = new Random(1);
		for (int i = 0; i < 10_000; i++) {
			byte[] key = new byte[1 + random.nextInt(40)];
			random.nextBytes(key);
			int partitions = 1 + random.nextInt(200);

			assertThat(Partitioner.MURMUR2.partition(key, partitions))
				.isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
		}
	}

	@Test
	void choosesAsLibrdkafkaDoes() {
		// The check value of CRC-32, 0xCBF43926, is above 2^31.
		byte[] key = "123456789".getBytes(StandardCharsets.US_ASCII);

		assertThat(Partitioner.CRC32.partition(key, 12)).isEqualTo((int) (0xCBF43926L % 12));
		assertThat(Partitioner.CRC32.partition(key, 1000)).isEqualTo((int) (0xCBF43926L % 1000));
	}

}
