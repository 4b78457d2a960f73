package io.fanfare.wire;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

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

	/// Returns `io.fanfare.gap`: these records are left out.
	/// @param reason why, as the protocol spells it
	/// @param since time of the newest record before them, in milliseconds since the
	/// epoch, 0
	/// where it is not known
	/// @param until time by which they had all been written, in milliseconds since the
	/// epoch
	/// @param count how many they are, -1 where it is not known
	/// @param range where they stand, or `null` where clients are not to know
	public Frame gap(String reason, long since, long until, long count, @Nullable Range range) {
		JsonOutput data = new JsonOutput(EXPECTED_SIZE).member("reason", reason);
		if (since > 0) {
			data.time("since", since);
		}
		data.time("until", until);
		if (count >= 0) {
			data.member("count", count);
		}
		if (range != null) {
			data.member("topic", range.topic())
				.member("partition", range.partition())
				.member("from", range.from())
				.member("to", range.to());
		}
		return event("gap", data);
	}

	/// Returns `io.fanfare.token-expiring`: the session ends soon without a fresh token.
	public Frame tokenExpiring(Instant expiresAt) {
		return event("token-expiring", new JsonOutput(EXPECTED_SIZE).member("expiresAt", expiresAt.toString()));
	}

	/// Returns `io.fanfare.token-accepted`: the session has the fresh token's addresses
	/// and
	/// end.
	public Frame tokenAccepted(Instant expiresAt) {
		return event("token-accepted", new JsonOutput(EXPECTED_SIZE).member("expiresAt", expiresAt.toString()));
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

	/// Offsets of one partition.
	///
	/// @param topic name of the topic
	/// @param partition number of the partition
	/// @param from first offset
	/// @param to offset behind the last one
	public record Range(String topic, int partition, long from, long to) {
	}

}
