package io.fanfare.session;

import java.util.List;

import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;

/// What the log thread found for a session that is behind.
///
/// @param gaps what is left out; to be told before the frames
/// @param frames the next frames, in log order per partition
/// @param places first part of the cursor that holds once the frames are written, or `null` where
/// there is none
/// @param live whether that is all: every later record is offered as it comes
public record Pulled(List<Gap> gaps, List<Frame> frames, @Nullable String places, boolean live) {
}
