package io.fanfare.wire;

import java.nio.charset.StandardCharsets;

import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;
import org.jspecify.annotations.Nullable;

/// One whole RFC 6455 text frame, header and payload, as it goes to every client.
///
/// Server frames are unmasked (§5.1), so the same bytes serve any number of sessions.
/// Immutable and safe to share between threads; [#bytes()] is not to be changed.
public final class Frame {

	private static final int FIN_TEXT = 0x81;

	private static final int NO_SLOT = -1;

	private static final byte[] CURSOR = ",\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);

	private final byte[] bytes;

	private final long timestamp;

	private final long expiresAt;

	private final @Nullable CollapseKey collapseKey;

	private final int slot;

	private final long offset;

	private Frame(byte[] bytes, int slot, long offset, long timestamp, long expiresAt,
			@Nullable CollapseKey collapseKey) {
		this.bytes = bytes;
		this.slot = slot;
		this.offset = offset;
		this.timestamp = timestamp;
		this.expiresAt = expiresAt;
		this.collapseKey = collapseKey;
	}

	/// Frames a notification.
	/// @param slot index of the partition its record stands in
	/// @param offset offset of its record
	public static Frame of(Notification notification, int slot, long offset) {
		return new Frame(text(notification.event()), slot, offset, notification.timestamp(), notification.expiresAt(),
				notification.collapseKey());
	}

	/// Frames one of the gateway's own events, which never expires.
	/// @param event a CloudEvent in the JSON event format, UTF-8
	public static Frame ofControl(byte[] event) {
		return new Frame(text(event), NO_SLOT, 0, 0, Notification.NEVER, null);
	}

	private static byte[] text(byte[] payload) {
		int length = payload.length;
		int header = (length < 126) ? 2 : (length <= 0xFFFF) ? 4 : 10;
		byte[] bytes = new byte[header + length];
		bytes[0] = (byte) FIN_TEXT;
		if (header == 2) {
			bytes[1] = (byte) length;
		}
		else if (header == 4) {
			bytes[1] = 126;
			bytes[2] = (byte) (length >>> 8);
			bytes[3] = (byte) length;
		}
		else {
			bytes[1] = 127;
			for (int i = 0; i < 8; i++) {
				bytes[9 - i] = (byte) ((long) length >>> (8 * i));
			}
		}
		System.arraycopy(payload, 0, bytes, header, length);
		return bytes;
	}

	/// Returns the whole frame, shared and not to be changed.
	public byte[] bytes() {
		return this.bytes;
	}

	/// Returns the size of the whole frame in bytes.
	public int size() {
		return this.bytes.length;
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

	/// Returns the bytes of a frame with the same event and a cursor.
	/// @param cursor a cursor as text
	public byte[] bytesWithCursor(String cursor) {
		int header = headerLength(this.bytes);
		// Behind the last brace there may be white space.
		int brace = this.bytes.length - 1;
		while (this.bytes[brace] != '}') {
			brace--;
		}
		int event = brace - header;
		byte[] value = cursor.getBytes(StandardCharsets.US_ASCII);
		byte[] payload = new byte[event + CURSOR.length + value.length + 2];
		System.arraycopy(this.bytes, header, payload, 0, event);
		System.arraycopy(CURSOR, 0, payload, event, CURSOR.length);
		System.arraycopy(value, 0, payload, event + CURSOR.length, value.length);
		payload[payload.length - 2] = '"';
		payload[payload.length - 1] = '}';
		return text(payload);
	}

	private static int headerLength(byte[] frame) {
		return switch (frame[1]) {
			case 126 -> 4;
			case 127 -> 10;
			default -> 2;
		};
	}

	/// Returns the record timestamp in milliseconds since the epoch, 0 for control
	/// events.
	public long timestamp() {
		return this.timestamp;
	}

	/// Whether the notification may no longer be delivered.
	/// @param now milliseconds since the epoch
	public boolean isExpired(long now) {
		return this.expiresAt <= now;
	}

	/// Whether the frame carries a notification that can expire.
	public boolean canExpire() {
		return this.expiresAt != Notification.NEVER;
	}

	/// Returns what makes a newer notification replace this one, or `null`.
	public @Nullable CollapseKey collapseKey() {
		return this.collapseKey;
	}

}
