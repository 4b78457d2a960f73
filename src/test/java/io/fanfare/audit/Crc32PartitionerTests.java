package io.fanfare.audit;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class Crc32PartitionerTests {

	@Test
	void placesByTheUnsignedChecksum() {
		// The checksum's published check value: 0xCBF43926, negative as an int.
		byte[] key = "123456789".getBytes(StandardCharsets.US_ASCII);

		assertThat(Crc32Partitioner.partition(key, 1000)).isEqualTo((int) (0xCBF43926L % 1000));
	}

}
