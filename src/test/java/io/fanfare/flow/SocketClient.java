package io.fanfare.flow;

import org.jspecify.annotations.Nullable;

/// A client of the gateway as tests use it, whichever library it is made with.
public interface SocketClient extends AutoCloseable {

	/// Returns what has been received.
	Inbox inbox();

	/// Returns the subprotocol the gateway selected, or `null`.
	@Nullable String subprotocol();

	/// Sends one text message.
	void send(String text);

	/// Sends a close frame.
	void sendClose(int code, String reason);

	/// Ends the connection without a close frame. Does nothing where it has ended.
	@Override
	void close();

}
