package io.fanfare.notification;

import java.util.zip.CRC32;

/// How the producers of a topic choose a record's partition from its key.
public enum Partitioner {

	/// Nothing is known: a record may stand in any partition.
	ANY {

		@Override
		public int partition(byte[] key, int partitions) {
			throw new UnsupportedOperationException("Any partition");
		}

	},

	/// The default of Kafka's Java client: murmur2, made positive by its lower 31 bits.
	MURMUR2 {

		@Override
		public int partition(byte[] key, int partitions) {
			return (murmur2(key) & 0x7fffffff) % partitions;
		}

	},

	/// The default of librdkafka (`consistent_random`): CRC-32 as an unsigned number.
	CRC32 {

		@Override
		public int partition(byte[] key, int partitions) {
			CRC32 crc = new CRC32();
			crc.update(key);
			return (int) (crc.getValue() % partitions);
		}

	};

	private static final int MULTIPLIER = 0x5bd1e995;

	private static final int SEED = 0x9747b28c;

	/// Returns the partition of a key.
	/// @param key a key that is not empty
	/// @param partitions how many partitions the topic has
	public abstract int partition(byte[] key, int partitions);

	/// 32-bit MurmurHash 2 with the seed that Kafka uses.
	private static int murmur2(byte[] key) {
		int hash = SEED ^ key.length;
		int at = 0;
		for (; at + 4 <= key.length; at += 4) {
			int word = (key[at] & 0xFF) | (key[at + 1] & 0xFF) << 8 | (key[at + 2] & 0xFF) << 16 | key[at + 3] << 24;
			word *= MULTIPLIER;
			word ^= word >>> 24;
			hash = hash * MULTIPLIER ^ word * MULTIPLIER;
		}
		if (at < key.length) {
			for (int i = key.length - 1; i >= at; i--) {
				hash ^= (key[i] & 0xFF) << (8 * (i - at));
			}
			hash *= MULTIPLIER;
		}
		hash ^= hash >>> 13;
		hash *= MULTIPLIER;
		return hash ^ (hash >>> 15);
	}

}
