package io.fanfare.session;

/// Whether one more session may be opened.
public sealed interface Admission {

	/// The place is reserved until the session ends or the place is given back.
	///
	/// @param place the reservation
	record Admitted(Place place) implements Admission {
	}

	/// The replica takes nobody: it is not ready, draining or full.
	///
	/// @param reason short word for meters and people
	record Unavailable(String reason) implements Admission {
	}

	/// The user has as many sessions as one may have.
	record UserLimit() implements Admission {
	}

}
