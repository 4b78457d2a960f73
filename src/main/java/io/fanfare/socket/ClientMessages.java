package io.fanfare.socket;

import io.fanfare.wire.ClientEvent;
import io.fanfare.wire.CloseCode;
import org.jspecify.annotations.Nullable;

/// What is done with a client's messages. v1 knows no event that a client may send here yet.
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

	/// Ignores CloudEvents of unknown types, so that clients may be newer than gateways.
	static ClientMessages ignoring() {
		return (connection, payload) -> switch (ClientEvent.of(payload)) {
			case ClientEvent.Unknown() -> null;
			case ClientEvent.NotACloudEvent() -> CloseCode.NOT_A_CLOUDEVENT;
			case ClientEvent.NotUtf8() -> CloseCode.INVALID_UTF8;
		};
	}

}
