package io.fanfare.wire;

/// Leaves a decoder at the first fault; never leaves this room. Has no stack trace.
final class BadRecordException extends Exception {

	private static final long serialVersionUID = 1L;

	private final BadRecord reason;

	BadRecordException(BadRecord reason) {
		super(reason.tag(), null, false, false);
		this.reason = reason;
	}

	BadRecord reason() {
		return this.reason;
	}

}
