package io.fanfare.session;

/// What became of a frame offered to an [Outbox].
public enum OfferResult {

	/// The frame was handed on or is queued.
	ACCEPTED,

	/// The frame would exceed a bound and was left out.
	OVERFLOW,

	/// Nobody reads the outbox any more.
	CLOSED

}
