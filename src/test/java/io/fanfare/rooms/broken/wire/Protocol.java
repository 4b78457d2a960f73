package io.fanfare.rooms.broken.wire;

import java.net.Socket;

/// Does I/O.
public record Protocol(Socket socket) {
}
