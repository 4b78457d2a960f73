package io.fanfare.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.fanfare.notification.Notification;

/// Frames as the bytes that go to a client.
public final class FrameBytes implements Frame.Sink {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private FrameBytes() {
	}

	/// Returns the whole frame.
	public static byte[] of(Frame frame) {
		FrameBytes sink = new FrameBytes();
		frame.writeTo(sink);
		return sink.bytes.toByteArray();
	}

	/// Returns the whole frame with a cursor.
	public static byte[] of(Frame frame, CursorText cursor) {
		FrameBytes sink = new FrameBytes();
		frame.writeTo(sink, cursor);
		return sink.bytes.toByteArray();
	}

	/// Returns the payload as text.
	public static String text(Frame frame) {
		return text(of(frame));
	}

	/// Returns a notification's event as text.
	public static String text(Notification notification) {
		return text(Frame.of(notification, 0, 0, "sub", List.of()));
	}

	/// Returns the payload of a frame as text.
	public static String text(byte[] frame) {
		int header = switch (frame[1]) {
			case 126 -> 4;
			case 127 -> 10;
			default -> 2;
		};
		return new String(frame, header, frame.length - header, StandardCharsets.UTF_8);
	}

	@Override
	public void put(int octet) {
		this.bytes.write(octet);
	}

	@Override
	public void put(byte[] source, int length) {
		this.bytes.write(source, 0, length);
	}

}
