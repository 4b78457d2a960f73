package io.fanfare.session;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.fanfare.journal.Journal;
import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;
import io.fanfare.wire.Frame;
import io.fanfare.wire.RecordDecoder;
import io.fanfare.wire.RecordDecoder.Decoded.Good;
import io.fanfare.wire.Recipients;
import io.fanfare.wire.Recipients.Named;
import org.jspecify.annotations.Nullable;

/// Frames of journal entries, the latest ones kept, so that many sessions that are behind do
/// not encode one broadcast each. Threads: the log thread.
final class ReplayFrames {

	private static final int MAX_KEPT = 256;

	private final Recipients recipients;

	private final InstantSource clock;

	private final Map<Key, Frame> kept = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Key, Frame> eldest) {
			return size() > MAX_KEPT;
		}

	};

	ReplayFrames(Recipients recipients, InstantSource clock) {
		this.recipients = recipients;
		this.clock = clock;
	}

	/// Returns the frame of an entry, or `null` where the record is bad or has expired.
	@Nullable Frame of(Journal journal, long entry) {
		Key key = new Key(journal.slot(entry), journal.offset(entry));
		Frame frame = this.kept.get(key);
		if (frame == null) {
			LogRecord record = journal.record(entry);
			if (!(this.recipients.of(record) instanceof Named(List<byte[]> addresses)
					&& RecordDecoder.decode(record) instanceof Good(Notification notification))) {
				return null;
			}
			frame = Frame.of(notification, key.slot, key.offset, record.binding().addressBy(), addresses);
			this.kept.put(key, frame);
		}
		return frame.isExpired(this.clock.millis()) ? null : frame;
	}

	private record Key(int slot, long offset) {
	}

}
