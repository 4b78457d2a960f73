package io.fanfare.dev;

import org.jspecify.annotations.Nullable;

/// Thrown when something else listens on a port that a development service needs. The
/// message names the port and the property that moves the service elsewhere.
public final class PortTakenException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String property;

	PortTakenException(int port, String service, String property, @Nullable Throwable cause) {
		super("Port %d, which the %s needs, is already in use.".formatted(port, service) + " Stop what listens there"
				+ " or set " + property + " to another port.", cause);
		this.property = property;
	}

	/// The property to change.
	public String property() {
		return this.property;
	}

}
