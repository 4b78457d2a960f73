package io.fanfare.socket;

import io.fanfare.wire.CloseCode;
import org.jspecify.annotations.Nullable;

/// What is done with a client's messages.
interface ClientMessages {

	/// Takes one text message.
	/// @param payload the whole message, any bytes
	/// @return why the session ends, or `null` where it goes on
	@Nullable CloseCode text(ClientConnection connection, byte[] payload);

	/// Takes one binary message.
	/// @return why the session ends, or `null` where it goes on
	default @Nullable CloseCode binary(ClientConnection connection, byte[] payload) {
		return CloseCode.BINARY_FRAME;
	}

}
