package io.fanfare.session;

import java.time.Instant;

import io.fanfare.wire.Cursor;

/// Where in the log a session begins.
public sealed interface Beginning {

	/// Whether the session goes on from where another one was.
	default boolean isResume() {
		return this instanceof At;
	}

	/// At the end of the log.
	record Now() implements Beginning {
	}

	/// Where the client was before.
	///
	/// @param cursor a cursor of this cluster
	record At(Cursor cursor) implements Beginning {
	}

	/// With the first record that is not older.
	///
	/// @param time when
	record Since(Instant time) implements Beginning {
	}

}
