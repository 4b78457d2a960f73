package io.fanfare.audit;

/// Something that must not be.
///
/// @param client whom it befell
/// @param number number of the notification, or [#NONE]
/// @param text what is known
record Violation(Kind kind, String client, int number, String text) {

	/// It is about no notification.
	static final int NONE = -1;

	@Override
	public String toString() {
		return this.kind + " " + this.client + ": " + this.text;
	}

	enum Kind {

		/// Neither received nor within a gap that was told.
		LOST,

		/// Twice within one connection.
		DUPLICATE,

		/// After a later one of its partition, or after a gap that left it out.
		REORDERED,

		/// Once more, though the cursor that the connection was opened with is beyond it.
		REPEATED,

		/// A cursor before an earlier one.
		CURSOR_WENT_BACK,

		/// For somebody else.
		FOREIGN,

		/// Never published, or not there, or not so.
		ALTERED,

		/// A gap of what nobody lost.
		FALSE_GAP,

		/// A connection ended, or was refused, in a way that it must not.
		WRONG_END

	}

}
