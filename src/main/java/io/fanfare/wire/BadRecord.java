package io.fanfare.wire;

import java.util.Locale;

/// Why a record cannot be delivered (`docs/protocol.md` §2).
public enum BadRecord {

	/// The value is null.
	TOMBSTONE,

	/// Neither key nor header names a recipient.
	NO_RECIPIENT,

	/// More headers name a recipient than one record may have.
	TOO_MANY_RECIPIENTS,

	/// Value or headers exceed `fanfare.ingest.max-record-size`.
	TOO_LARGE,

	/// The data is not exactly one JSON value in UTF-8.
	INVALID_JSON,

	/// The record claims to be a CloudEvent and is none.
	INVALID_EVENT,

	/// The event uses a source, type or attribute that belongs to the gateway.
	RESERVED,

	/// The gateway failed at the record.
	UNDELIVERABLE;

	/// Returns the meter tag and log word of the reason.
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
