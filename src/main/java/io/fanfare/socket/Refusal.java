package io.fanfare.socket;

import io.fanfare.wire.CloseCode;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/// Why a request gets no session, and how it is told: an HTTP status before 101, or, because a
/// browser sees only 1006 for that, a close code after 101 where the token came as a
/// subprotocol entry (`docs/protocol.md` §3).
///
/// @param outcome tag of the meter
/// @param status HTTP status before 101
/// @param closeCode close code after 101, or `null` where the answer is always HTTP
/// @param challenge `WWW-Authenticate` (RFC 6750 §3), or `null`
/// @param retryAfterSeconds `Retry-After`, 0 for none
record Refusal(String outcome, HttpStatus status, @Nullable CloseCode closeCode, @Nullable String challenge,
		int retryAfterSeconds) {

	private static final int RETRY_AFTER_SECONDS = 5;

	static final Refusal METHOD = always("bad-request", HttpStatus.METHOD_NOT_ALLOWED);

	static final Refusal NO_UPGRADE = always("bad-request", HttpStatus.UPGRADE_REQUIRED);

	static final Refusal BAD_HANDSHAKE = always("bad-request", HttpStatus.BAD_REQUEST);

	static final Refusal BAD_SUBPROTOCOL = always("bad-request", HttpStatus.BAD_REQUEST);

	static final Refusal TWO_TOKENS = new Refusal("bad-request", HttpStatus.BAD_REQUEST, null,
			"Bearer error=\"invalid_request\"", 0);

	static final Refusal ORIGIN = always("origin", HttpStatus.FORBIDDEN);

	static final Refusal FLOOD = new Refusal("flood", HttpStatus.SERVICE_UNAVAILABLE, null, null, 1);

	static final Refusal ADDRESS_FLOOD = new Refusal("flood", HttpStatus.TOO_MANY_REQUESTS, null, null, 1);

	static final Refusal BUSY = new Refusal("busy", HttpStatus.SERVICE_UNAVAILABLE, null, null, RETRY_AFTER_SECONDS);

	static final Refusal NO_TOKEN = new Refusal("no-token", HttpStatus.UNAUTHORIZED, null, "Bearer", 0);

	static final Refusal INVALID_TOKEN = new Refusal("invalid-token", HttpStatus.UNAUTHORIZED,
			CloseCode.UNAUTHENTICATED, "Bearer error=\"invalid_token\"", 0);

	static final Refusal TOO_MANY_ADDRESSES = new Refusal("too-many-addresses", HttpStatus.FORBIDDEN,
			CloseCode.FORBIDDEN, null, 0);

	static final Refusal BAD_CURSOR = new Refusal("cursor", HttpStatus.BAD_REQUEST, CloseCode.CURSOR_UNUSABLE, null, 0);

	static final Refusal USER_LIMIT = new Refusal("user-limit", HttpStatus.TOO_MANY_REQUESTS, CloseCode.TOO_MANY, null,
			RETRY_AFTER_SECONDS);

	static Refusal insufficientScope(String scope) {
		return new Refusal("insufficient-scope", HttpStatus.FORBIDDEN, CloseCode.FORBIDDEN,
				"Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"", 0);
	}

	/// @param reason why the replica takes nobody: a word from a fixed set
	static Refusal unavailable(String reason) {
		return new Refusal(reason, HttpStatus.SERVICE_UNAVAILABLE, CloseCode.OVERLOAD, null, RETRY_AFTER_SECONDS);
	}

	private static Refusal always(String outcome, HttpStatus status) {
		return new Refusal(outcome, status, null, null, 0);
	}

}
