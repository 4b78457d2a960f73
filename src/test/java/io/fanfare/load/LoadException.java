package io.fanfare.load;

/// A run that cannot go on; the message says why to the person at the keyboard.
final class LoadException extends Exception {

	private static final long serialVersionUID = 1L;

	LoadException(String message) {
		super(message);
	}

	LoadException(String message, Throwable cause) {
		super(message, cause);
	}

}
