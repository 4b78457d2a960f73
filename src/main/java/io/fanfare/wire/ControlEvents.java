package io.fanfare.wire;

import java.time.Duration;
import java.time.Instant;

/// The gateway's own events of one session (`docs/protocol.md` §4), numbered as they are
/// made. Not safe for use by several threads.
public final class ControlEvents {

	private static final String TYPE = "io.fanfare.";

	private static final int EXPECTED_SIZE = 256;

	private final String session;

	private int next;

	/// Starts the events of one session.
	/// @param session id of the session
	public ControlEvents(String session) {
		this.session = session;
	}

	/// Returns `io.fanfare.ready`, the first event of every session.
	public Frame ready(String user, Duration heartbeat, Instant expiresAt, String build) {
		return event("ready",
				new JsonOutput(EXPECTED_SIZE).member("session", this.session)
					.member("user", user)
					.member("resumed", false)
					.member("heartbeatMs", heartbeat.toMillis())
					.member("expiresAt", expiresAt.toString())
					.member("build", build));
	}

	/// Returns `io.fanfare.heartbeat`.
	/// @param ingestLagMs how far this replica is behind the log, in milliseconds
	public Frame heartbeat(long ingestLagMs) {
		return event("heartbeat", new JsonOutput(EXPECTED_SIZE).member("ingestLagMs", ingestLagMs));
	}

	/// Returns `io.fanfare.goaway`, the last event before a [CloseCode#DRAIN].
	public Frame goaway(Duration retryAfter, String build) {
		return event("goaway",
				new JsonOutput(EXPECTED_SIZE).member("reason", "drain")
					.member("retryAfterMs", retryAfter.toMillis())
					.member("build", build));
	}

	private Frame event(String type, JsonOutput data) {
		return Frame.ofControl(new JsonOutput(EXPECTED_SIZE).member("specversion", "1.0")
			.member("id", this.session + "-" + this.next++)
			.member("source", "/fanfare/" + this.session)
			.member("type", TYPE + type)
			.raw("data", data.end())
			.end());
	}

}
