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
	/// @param resumed whether the session goes on from a cursor
	public Frame ready(String user, boolean resumed, Duration heartbeat, Instant expiresAt, String build) {
		return event("ready",
				new JsonOutput(EXPECTED_SIZE).member("session", this.session)
					.member("user", user)
					.member("resumed", resumed)
					.member("heartbeatMs", heartbeat.toMillis())
					.member("expiresAt", expiresAt.toString())
					.member("build", build));
	}

	/// Returns `io.fanfare.heartbeat`.
	/// @param ingestLagMs how far this replica is behind the log, in milliseconds
	public Frame heartbeat(long ingestLagMs) {
		return event("heartbeat", new JsonOutput(EXPECTED_SIZE).member("ingestLagMs", ingestLagMs));
	}

	/// Returns `io.fanfare.caughtup`, the end of a replay.
	/// @param replayed notifications replayed
	public Frame caughtUp(long replayed) {
		return event("caughtup", new JsonOutput(EXPECTED_SIZE).member("replayed", replayed));
	}

	/// Returns `io.fanfare.gap`: of one partition these offsets are left out.
	public Frame gap(String reason, String topic, int partition, long from, long to) {
		return event("gap",
				new JsonOutput(EXPECTED_SIZE).member("reason", reason)
					.member("topic", topic)
					.member("partition", partition)
					.member("from", from)
					.member("to", to));
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
