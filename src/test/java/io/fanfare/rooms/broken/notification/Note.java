package io.fanfare.rooms.broken.notification;

import io.fanfare.rooms.broken.socket.Frames;
import io.netty.buffer.ByteBuf;

/// Uses another room and a framework.
public record Note(Frames frames, ByteBuf bytes) {
}
