package io.fanfare.wire;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;

/// Record to CloudEvent, in the three content modes of `docs/protocol.md` §2.
///
/// Stateless and safe for use by several threads; bad input is a [Decoded.Bad], never an
/// exception.
public final class RecordDecoder {

	private RecordDecoder() {
	}

	/// Decodes a record whose recipient and size have been checked.
	public static Decoded decode(LogRecord record) {
		byte[] value = record.value();
		if (value == null) {
			return new Decoded.Bad(BadRecord.TOMBSTONE);
		}
		try {
			RecordHeaders headers = RecordHeaders.of(record);
			return new Decoded.Good(switch (headers.mode()) {
				case STRUCTURED -> StructuredEvent.decode(record, headers, value);
				case BINARY -> BinaryEvent.decode(record, headers, value);
				case PLAIN -> PlainEvent.decode(record, headers, value);
			});
		}
		catch (BadRecordException ex) {
			return new Decoded.Bad(ex.reason());
		}
	}

	/// The outcome of decoding.
	public sealed interface Decoded {

		/// A deliverable notification.
		///
		/// @param notification the CloudEvent
		record Good(Notification notification) implements Decoded {
		}

		/// A record that is passed by.
		///
		/// @param reason why
		record Bad(BadRecord reason) implements Decoded {
		}

	}

}
