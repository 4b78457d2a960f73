package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import io.fanfare.notification.Address;
import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;
import org.jspecify.annotations.Nullable;

/// One RFC 6455 text frame as it goes to every client, but for the cursor that one of them may
/// be given in it.
///
/// Server frames are unmasked (§5.1), so the same serves any number of sessions. Immutable and
/// safe to share between threads. A notification's value is the record's own array: it is
/// copied when it is written, not before.
public final class Frame {

	private static final int FIN_TEXT = 0x81;

	private static final int NO_SLOT = -1;

	private static final byte[] NOTHING = {};

	private static final byte[] CURSOR = ",\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] END_OF_CURSOR = "\"}".getBytes(StandardCharsets.US_ASCII);

	private final Notification event;

	private final int slot;

	private final long offset;

	private final String claim;

	private final List<byte[]> recipients;

	private Frame(Notification event, int slot, long offset, String claim, List<byte[]> recipients) {
		this.event = event;
		this.slot = slot;
		this.offset = offset;
		this.claim = claim;
		this.recipients = recipients;
	}

	/// Frames a notification.
	/// @param slot index of the partition its record stands in
	/// @param offset offset of its record
	/// @param claim claim that its recipients are values of
	/// @param recipients raw addresses, one empty for everyone
	public static Frame of(Notification notification, int slot, long offset, String claim, List<byte[]> recipients) {
		return new Frame(notification, slot, offset, claim, recipients);
	}

	/// Frames one of the gateway's own events, which never expires.
	/// @param event a CloudEvent in the JSON event format, UTF-8
	public static Frame ofControl(byte[] event) {
		return new Frame(new Notification(NOTHING, event, 0, Notification.NEVER, null), NO_SLOT, 0, "", List.of());
	}

	/// Returns the size of the whole frame in bytes.
	public int size() {
		int payload = payloadSize();
		return headerSize(payload) + payload;
	}

	/// Returns the size of the whole frame in bytes with a cursor.
	public int size(CursorText cursor) {
		int payload = payloadSize(cursor);
		return headerSize(payload) + payload;
	}

	/// Writes the whole frame.
	public void writeTo(Sink sink) {
		writeHeader(payloadSize(), sink);
		byte[] opening = this.event.opening();
		byte[] value = this.event.value();
		sink.put(opening, opening.length);
		sink.put(value, value.length);
		if (opening.length > 0) {
			sink.put('}');
		}
	}

	/// Writes the whole frame with a cursor in its event.
	public void writeTo(Sink sink, CursorText cursor) {
		writeHeader(payloadSize(cursor), sink);
		sink.put(this.event.opening(), this.event.opening().length);
		sink.put(this.event.value(), openValueSize());
		sink.put(CURSOR, CURSOR.length);
		cursor.writeTo(sink);
		sink.put(END_OF_CURSOR, END_OF_CURSOR.length);
	}

	private int payloadSize() {
		int opening = this.event.opening().length;
		return opening + this.event.value().length + ((opening > 0) ? 1 : 0);
	}

	private int payloadSize(CursorText cursor) {
		return this.event.opening().length + openValueSize() + CURSOR.length + cursor.length() + END_OF_CURSOR.length;
	}

	/// Returns how much of the value stands before the event's last brace, which white
	/// space may follow.
	private int openValueSize() {
		byte[] value = this.event.value();
		int size = value.length;
		if (this.event.opening().length == 0) {
			size--;
			while (value[size] != '}') {
				size--;
			}
		}
		return size;
	}

	private static int headerSize(int payload) {
		return (payload < 126) ? 2 : (payload <= 0xFFFF) ? 4 : 10;
	}

	private static void writeHeader(int payload, Sink sink) {
		sink.put(FIN_TEXT);
		switch (headerSize(payload)) {
			case 2 -> sink.put(payload);
			case 4 -> {
				sink.put(126);
				sink.put(payload >>> 8);
				sink.put(payload);
			}
			default -> {
				sink.put(127);
				for (int shift = 56; shift >= 0; shift -= 8) {
					sink.put((int) ((long) payload >>> shift));
				}
			}
		}
	}

	/// Whether the frame carries a notification, not one of the gateway's own events.
	public boolean isNotification() {
		return this.slot != NO_SLOT;
	}

	/// Returns the index of the partition that the record stands in.
	public int slot() {
		return this.slot;
	}

	/// Returns the offset of the record.
	public long offset() {
		return this.offset;
	}

	/// Returns the record timestamp in milliseconds since the epoch, 0 for control
	/// events.
	public long timestamp() {
		return this.event.timestamp();
	}

	/// Whether the notification may no longer be delivered.
	/// @param now milliseconds since the epoch
	public boolean isExpired(long now) {
		return this.event.expiresAt() <= now;
	}

	/// Whether the frame carries a notification that can expire.
	public boolean canExpire() {
		return this.event.expiresAt() != Notification.NEVER;
	}

	/// Whether the frame may be shown to whoever has these addresses.
	public boolean isFor(Set<Address> addresses) {
		return !isNotification() || this.recipients.stream()
			.anyMatch((recipient) -> addresses
				.contains(new Address(this.claim, new String(recipient, StandardCharsets.UTF_8))));
	}

	/// Returns what makes a newer notification replace this one, or `null`.
	public @Nullable CollapseKey collapseKey() {
		return this.event.collapseKey();
	}

	/// Takes the bytes of frames, in order.
	public interface Sink {

		/// Takes the low eight bits.
		void put(int octet);

		/// Takes the first bytes of an array.
		void put(byte[] source, int length);

	}

}
