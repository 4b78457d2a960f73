package io.fanfare.load;

/// A run that cannot go on; the message says why to the person at the keyboard.
public final class LoadException extends Exception {

	private static final long serialVersionUID = 1L;

	public LoadException(String message) {
		super(message);
	}

	public LoadException(String message, Throwable cause) {
		super(message, cause);
	}

}
