package io.fanfare.session;

import java.time.Duration;

import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Bounds of one session and of all of them.
///
/// @param queueFrames frames that wait for one session at most
/// @param queueBytes bytes of frames that wait for one session at most
/// @param cursorInterval time between two cursors of a session at most, while it receives
/// @param replayMaxRecords records that one resume or lag replays at most
/// @param replayMaxBytes bytes of records that one resume or lag replays at most
/// @param gapDetail what a gap tells of what is left out
/// @param maxSessions sessions this replica holds at most
/// @param maxPerUser sessions one user has on this replica at most
/// @param userLimitPolicy what happens to a session beyond the user's limit
@Validated
@ConfigurationProperties("fanfare.session")
public record SessionProperties(@DefaultValue("256") @Min(1) int queueFrames,
		@DefaultValue("128KB") DataSize queueBytes, @DefaultValue("1s") Duration cursorInterval,
		@DefaultValue("10000") @Min(1) int replayMaxRecords, @DefaultValue("16MB") DataSize replayMaxBytes,
		@DefaultValue("offsets") GapDetail gapDetail, @DefaultValue("18000") @Min(1) int maxSessions,
		@DefaultValue("16") @Min(1) int maxPerUser, @DefaultValue("refuse") UserLimitPolicy userLimitPolicy) {

	/// What clients are told of what is left out.
	public enum GapDetail {

		/// Topic, partition and offsets beside reason and times.
		OFFSETS,

		/// Reason and times alone.
		TIMES

	}

	/// What happens when a user opens one session too many.
	public enum UserLimitPolicy {

		/// The new session is refused.
		REFUSE,

		/// The user's oldest session is closed to make room.
		DISPLACE

	}

}
