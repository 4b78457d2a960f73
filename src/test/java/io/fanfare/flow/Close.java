package io.fanfare.flow;

/// How a connection ended, as its client saw it.
///
/// @param code status of the close frame, 1005 for a close frame without one, 1006 for an end
/// without a close frame
/// @param reason text of the close frame
public record Close(int code, String reason) {

	/// A close frame without a status (RFC 6455 §7.4.1).
	public static final int NO_STATUS = 1005;

	/// No close frame at all (RFC 6455 §7.4.1).
	public static final int ABNORMAL = 1006;

}
