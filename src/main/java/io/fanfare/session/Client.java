package io.fanfare.session;

import java.time.Duration;

import io.fanfare.wire.CloseCode;

/// The far end of a session, as the session sees it. Every method is called on the session's
/// event loop.
public interface Client {

	/// The session is in the index: every record from now on will reach it.
	void live();

	/// Writes out what has been taken from the outbox since the last flush.
	void flush();

	/// Queues the event that tells the client to reconnect elsewhere after that time.
	void goAway(Duration retryAfter);

	/// Ends the connection with a close frame. The session is over already.
	void close(CloseCode code);

}
