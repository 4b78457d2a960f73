package io.fanfare.routing;

import java.util.ArrayList;
import java.util.List;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.TopicBinding;
import io.fanfare.session.Fanout;
import io.fanfare.session.SessionSet;
import io.fanfare.wire.BadRecord;
import org.jspecify.annotations.Nullable;

/// Finds the sessions that a record's key or header names. Looks at raw bytes alone. On the
/// log thread.
final class Recipients {

	/// Recipients that the headers of one record name at most.
	static final int MAX_PER_RECORD = 100;

	private final Fanout fanout;

	Recipients(Fanout fanout) {
		this.fanout = fanout;
	}

	Outcome of(LogRecord record) {
		TopicBinding binding = record.binding();
		String header = binding.addressHeader();
		return (header != null) ? ofHeaders(record, binding.addressBy(), header)
				: ofKey(record.key(), binding.addressBy());
	}

	private Outcome ofKey(byte @Nullable [] key, String claim) {
		if (key == null || key.length == 0) {
			return new Bad(BadRecord.NO_RECIPIENT);
		}
		SessionSet sessions = this.fanout.find(claim, key);
		return new Found(List.of(key), (sessions != null) ? List.of(sessions) : List.of());
	}

	private Outcome ofHeaders(LogRecord record, String claim, String header) {
		List<byte[]> addresses = new ArrayList<>();
		List<SessionSet> sets = new ArrayList<>();
		int[] named = new int[1];
		record.forEachHeader((name, value) -> {
			if (name.equals(header) && value != null && value.length > 0 && ++named[0] <= MAX_PER_RECORD) {
				addresses.add(value);
				SessionSet sessions = this.fanout.find(claim, value);
				if (sessions != null) {
					sets.add(sessions);
				}
			}
		});
		if (named[0] == 0) {
			return new Bad(BadRecord.NO_RECIPIENT);
		}
		return (named[0] <= MAX_PER_RECORD) ? new Found(addresses, sets) : new Bad(BadRecord.TOO_MANY_RECIPIENTS);
	}

	/// Who is addressed.
	sealed interface Outcome {

	}

	/// The addresses that are named, and the sets of local sessions that have them.
	record Found(List<byte[]> addresses, List<SessionSet> sets) implements Outcome {
	}

	/// The record names nobody, or too many.
	record Bad(BadRecord reason) implements Outcome {
	}

}
