package io.fanfare.session;

import java.util.List;

import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;

/// What the log thread found for a session that is behind.
///
/// @param gaps what is left out; to be told before the frames
/// @param frames the next frames, in log order per partition
/// @param places first part of the cursor, ASCII, that holds once the frames are written, or `null` where
/// there is none
/// @param time time of the newest record that the session has then had, in milliseconds since the
/// epoch
/// @param live whether that is all: every later record is offered as it comes
public record Pulled(List<Gap> gaps, List<Frame> frames, byte @Nullable [] places, long time, boolean live) {

	/// There is nothing yet.
	static final Pulled NOTHING = new Pulled(List.of(), List.of(), null, 0, false);

	/// Whether there is nothing yet.
	boolean isNothing() {
		return this.gaps.isEmpty() && this.frames.isEmpty() && !this.live;
	}

}
