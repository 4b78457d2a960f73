package io.fanfare.routing;

import io.fanfare.notification.LogRecord;
import io.fanfare.wire.BadRecord;

/// Where bad records are copied to. Called on the log thread; does not block.
public interface DeadLetters {

	/// Copies a record that was passed by.
	void copy(LogRecord record, BadRecord reason);

}
