package io.fanfare.wire;

/// Why the gateway ends a session, and what the client does next (`docs/protocol.md` §7).
///
/// Codes below 4000 are RFC 6455 §7.4.1; the others are private (§7.4.2).
public enum CloseCode {

	/// The session ended normally.
	NORMAL(1000, "", Action.STOP),

	/// The client broke RFC 6455.
	PROTOCOL_ERROR(1002, "protocol error", Action.STOP),

	/// The client sent a binary frame.
	BINARY_FRAME(1003, "binary frames are not accepted", Action.STOP),

	/// The client sent a text frame that is no UTF-8.
	INVALID_UTF8(1007, "not UTF-8", Action.STOP),

	/// The client sent a frame that is no CloudEvent.
	NOT_A_CLOUDEVENT(1008, "not a CloudEvent", Action.STOP),

	/// The client sent more in one message than `fanfare.socket.max-inbound-frame`.
	TOO_BIG(1009, "message too big", Action.STOP),

	/// The gateway has failed.
	INTERNAL_ERROR(1011, "internal error", Action.BACKOFF),

	/// The replica is draining.
	DRAIN(1012, "drain", Action.RECONNECT_AFTER),

	/// The replica is full or not ready.
	OVERLOAD(1013, "try again later", Action.BACKOFF),

	/// The token is missing, expired or not valid.
	UNAUTHENTICATED(4401, "invalid token", Action.FRESH_TOKEN),

	/// The token is valid and not enough.
	FORBIDDEN(4403, "not allowed", Action.STOP),

	/// No pong arrived in time.
	PONG_TIMEOUT(4408, "no pong in time", Action.RECONNECT),

	/// A newer session of the same user took the place.
	DISPLACED(4409, "displaced by a newer session", Action.STOP),

	/// The cursor is malformed or not of this cluster.
	CURSOR_UNUSABLE(4410, "cursor unusable", Action.START_ANEW),

	/// The user or the client does too much.
	TOO_MANY(4429, "too many sessions", Action.BACKOFF),

	/// The client took nothing for too long.
	STALLED(4508, "reader too slow", Action.BACKOFF);

	private final int code;

	private final String reason;

	private final Action action;

	CloseCode(int code, String reason, Action action) {
		this.code = code;
		this.reason = reason;
		this.action = action;
	}

	/// Returns the status code of the close frame.
	public int code() {
		return this.code;
	}

	/// Returns the default reason of the close frame, at most 123 bytes.
	public String reason() {
		return this.reason;
	}

	/// Returns what the client does next.
	public Action action() {
		return this.action;
	}

	/// What a client does after a close.
	public enum Action {

		/// Stay away until the user acts.
		STOP("stop"),

		/// Reconnect at once with a little jitter.
		RECONNECT("reconnect"),

		/// Reconnect after the `retryAfterMs` it was told.
		RECONNECT_AFTER("reconnect after retryAfterMs"),

		/// Reconnect with exponential backoff and full jitter.
		BACKOFF("backoff"),

		/// Reconnect without the cursor and fetch the state anew.
		START_ANEW("reconnect without it, refetch"),

		/// Get a fresh token, then reconnect once.
		FRESH_TOKEN("fresh token");

		private final String text;

		Action(String text) {
			this.text = text;
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
