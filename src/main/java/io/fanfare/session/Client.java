package io.fanfare.session;

import java.time.Duration;

import io.fanfare.wire.CloseCode;

/// The far end of a session, as the session sees it. Every method is called on the session's
/// event loop.
public interface Client {

	/// The log thread knows the session: `ready` is to be sent.
	/// @param resumed whether the session goes on from a cursor
	void opened(boolean resumed);

	/// Something is left out: to be told before anything later of that partition.
	void gap(Gap gap);

	/// The session was behind and is no longer.
	/// @param replayed notifications it received meanwhile
	void caughtUp(long replayed);

	/// Writes out what has been taken from the outbox since the last flush.
	void flush();

	/// Queues the event that tells the client to reconnect elsewhere after that time.
	void goAway(Duration retryAfter);

	/// Ends the connection with a close frame. The session is over already.
	void close(CloseCode code);

}
