package io.fanfare.session;

/// Whether a replica lets sessions in.
public enum Gate {

	/// The bound topics have not been seen yet.
	NOT_READY("not-ready"),

	/// Sessions are let in.
	OPEN("open"),

	/// The replica is going away.
	DRAINING("draining");

	private final String reason;

	Gate(String reason) {
		this.reason = reason;
	}

	/// Returns the state as a short word for meters and people.
	public String reason() {
		return this.reason;
	}

}
