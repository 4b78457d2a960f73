package io.fanfare.session;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

import io.fanfare.journal.Journal;
import io.fanfare.wire.Frame;
import io.fanfare.wire.RecordDecoder;
import io.fanfare.wire.RecordDecoder.Decoded;
import org.jspecify.annotations.Nullable;

/// Frames of journal entries, the latest ones kept, so that many sessions that are behind do
/// not encode one broadcast each. Threads: the log thread.
final class ReplayFrames {

	private static final int MAX_KEPT = 256;

	private final InstantSource clock;

	private final Map<Long, Frame> kept = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Long, Frame> eldest) {
			return size() > MAX_KEPT;
		}

	};

	ReplayFrames(InstantSource clock) {
		this.clock = clock;
	}

	/// Returns the frame of an entry, or `null` where the record is bad or has expired.
	@Nullable Frame of(Journal journal, long entry) {
		Frame frame = this.kept.get(entry);
		if (frame == null) {
			if (!(RecordDecoder.decode(journal.record(entry)) instanceof Decoded.Good good)) {
				return null;
			}
			frame = Frame.of(good.notification(), journal.slot(entry), journal.offset(entry));
			this.kept.put(entry, frame);
		}
		return frame.isExpired(this.clock.millis()) ? null : frame;
	}

}
