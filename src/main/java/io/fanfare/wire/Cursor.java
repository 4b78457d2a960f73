package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import io.fanfare.notification.Address;

/// A session's place in the log (`docs/protocol.md` §5): for every partition in which a record
/// for it may appear, the next offset it has yet to receive.
///
/// As text it is two parts in base64url, joined by a dot: the places, the same for all sessions
/// that read the same partitions, and the addresses, the same as long as the claims are.
///
/// @param cluster hash of the Kafka cluster's id
/// @param time time of the newest record read, in milliseconds since the epoch
/// @param topics places by topic
/// @param addresses hashes of the addresses that the places are for
public record Cursor(int cluster, long time, List<Topic> topics, int[] addresses) {

	/// Characters of a cursor at most.
	public static final int MAX_LENGTH = 3 * 1024;

	static final int VERSION = 1;

	/// Between the two parts.
	static final char SEPARATOR = '.';

	private static final int ADDRESS_BYTES = 3;

	private static final int MAX_PARTITIONS = 10_000;

	private static final int MAX_TOPICS = 1000;

	private static final int MAX_TIME_BYTES = 6;

	/// A partition's number, an offset below 2^42 and an epoch below 2^14.
	private static final int LANE_BYTES = 2 + 6 + 2;

	/// Reads a cursor.
	/// @param text any text
	/// @return nothing where it is no cursor of a version that is known here
	public static Optional<Cursor> decode(String text) {
		int dot = text.indexOf(SEPARATOR);
		if (dot < 0 || text.length() > MAX_LENGTH) {
			return Optional.empty();
		}
		try {
			CursorReader places = new CursorReader(Base64.getUrlDecoder().decode(text.substring(0, dot)));
			CursorReader addresses = new CursorReader(Base64.getUrlDecoder().decode(text.substring(dot + 1)));
			return Optional.of(read(places, addresses));
		}
		catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException ex) {
			return Optional.empty();
		}
	}

	private static Cursor read(CursorReader places, CursorReader hashes) {
		require(places.fixed(1) == VERSION);
		int cluster = places.fixed(Integer.BYTES);
		long time = places.varint();
		List<Topic> topics = new ArrayList<>();
		long count = places.varint();
		require(count <= MAX_TOPICS);
		for (long left = count; left > 0; left--) {
			topics.add(topic(places));
		}
		require(places.isAtEnd());
		long size = hashes.varint();
		require(size * ADDRESS_BYTES == hashes.remaining());
		int[] addresses = new int[(int) size];
		Arrays.setAll(addresses, (i) -> hashes.fixed(ADDRESS_BYTES));
		return new Cursor(cluster, time, topics, addresses);
	}

	private static Topic topic(CursorReader places) {
		int name = places.fixed(ADDRESS_BYTES);
		int id = places.fixed(ADDRESS_BYTES);
		long partitions = places.varint();
		long lanes = places.varint();
		require(partitions > 0 && partitions <= MAX_PARTITIONS && lanes <= partitions);
		int[] numbers = new int[(int) lanes];
		long[] offsets = new long[numbers.length];
		int[] epochs = new int[numbers.length];
		for (int i = 0; i < numbers.length; i++) {
			numbers[i] = (lanes == partitions) ? i : Math.toIntExact(places.varint());
			require(numbers[i] < partitions && (i == 0 || numbers[i] > numbers[i - 1]));
			offsets[i] = places.varint();
			epochs[i] = Math.toIntExact(places.varint()) - 1;
			require(offsets[i] >= 0);
		}
		return new Topic(name, id, (int) partitions, numbers, offsets, epochs);
	}

	private static void require(boolean expected) {
		if (!expected) {
			throw new IllegalArgumentException();
		}
	}

	/// Returns the second part of the cursors of a token with these addresses.
	public static String addressPart(Collection<Address> addresses) {
		CursorWriter writer = new CursorWriter();
		// A cursor that was cut off here would be one for fewer addresses.
		writer.varint(addresses.size());
		for (Address address : addresses) {
			writer.fixed(hash(address), ADDRESS_BYTES);
		}
		return writer.toBase64();
	}

	/// Whether the places are for that address, so that a changed claim is not shown
	/// history.
	public boolean isFor(Address address) {
		int hash = hash(address);
		for (int known : this.addresses) {
			if (known == hash) {
				return true;
			}
		}
		return false;
	}

	/// Returns the hash of an address that a cursor carries, 24 bits.
	static int hash(Address address) {
		return hash(address.claim() + "\0" + address.value());
	}

	/// Returns the hash of a topic's name or id that a cursor carries, 24 bits.
	public static int hash(String text) {
		// FNV-1a; has to be the same on every replica and in every version.
		int hash = 0x811C9DC5;
		for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
			hash = (hash ^ (b & 0xFF)) * 0x01000193;
		}
		return (hash ^ (hash >>> 24)) & 0xFFFFFF;
	}

	/// Returns the hash of a cluster's id that a cursor carries.
	public static int clusterHash(String clusterId) {
		return clusterId.hashCode();
	}

	/// Returns the largest size in characters of cursors that name so much.
	/// @param topics how many topics
	/// @param lanes how many partitions in all
	/// @param addresses how many addresses
	public static int largest(int topics, int lanes, int addresses) {
		int places = 1 + Integer.BYTES + MAX_TIME_BYTES + 2 + topics * (2 * ADDRESS_BYTES + 4) + lanes * LANE_BYTES;
		return (places * 4 + 2) / 3 + 1 + ((2 + addresses * ADDRESS_BYTES) * 4 + 2) / 3;
	}

	/// The places in one topic.
	///
	/// @param name hash of the topic's name
	/// @param id hash of the topic's short id
	/// @param partitions how many partitions the topic had
	/// @param lanes numbers of the partitions that a record may appear in, ascending
	/// @param offsets next offset of each lane
	/// @param epochs leader epoch of each lane, -1 where it is not known
	public record Topic(int name, int id, int partitions, int[] lanes, long[] offsets, int[] epochs) {
	}

}
