package io.fanfare.auth;

/// What became of a token.
public sealed interface AuthOutcome {

	/// The token is good.
	///
	/// @param identity who it speaks for
	record Authenticated(Identity identity) implements AuthOutcome {
	}

	/// The token is malformed, expired, of another issuer or audience, or not well
	/// signed.
	record InvalidToken() implements AuthOutcome {
	}

	/// The token lacks the required scope.
	///
	/// @param scope the required scope
	record InsufficientScope(String scope) implements AuthOutcome {
	}

	/// The token names more addresses than one session may have. Taking some of them
	/// would lose notifications in silence.
	record TooManyAddresses() implements AuthOutcome {
	}

	/// The token cannot be judged: the issuer is out of reach, or too many wait.
	record Unavailable() implements AuthOutcome {
	}

}
