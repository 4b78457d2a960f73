package io.fanfare.socket;

import io.fanfare.auth.AuthOutcome;
import io.fanfare.auth.Identity;
import io.fanfare.auth.TokenAuthenticator;
import io.fanfare.wire.ClientEvent;
import io.fanfare.wire.CloseCode;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/// Takes fresh tokens, and ignores CloudEvents of unknown types, so that clients may be newer
/// than gateways.
///
/// One token of a session is judged at a time, off the event loop where it is not known. A token
/// of somebody else ends the session; one that cannot be judged now changes nothing.
final class TokenMessages implements ClientMessages {

	private final TokenAuthenticator authenticator;

	TokenMessages(TokenAuthenticator authenticator) {
		this.authenticator = authenticator;
	}

	@Override
	public @Nullable CloseCode text(ClientConnection connection, byte[] payload) {
		return switch (ClientEvent.of(payload)) {
			case ClientEvent.Unknown() -> null;
			case ClientEvent.NotACloudEvent() -> CloseCode.NOT_A_CLOUDEVENT;
			case ClientEvent.NotUtf8() -> CloseCode.INVALID_UTF8;
			case ClientEvent.Token(String token) -> refresh(connection, token);
		};
	}

	private @Nullable CloseCode refresh(ClientConnection connection, String token) {
		if (!connection.beginRefresh()) {
			return CloseCode.TOO_MANY;
		}
		// Ends with the one outcome, which is never an error.
		var _ = this.authenticator.authenticate(token)
			.publishOn(Schedulers.fromExecutor(connection.eventLoop()))
			.subscribe((outcome) -> answer(connection, outcome));
		return null;
	}

	private static void answer(ClientConnection connection, AuthOutcome outcome) {
		switch (outcome) {
			case AuthOutcome.Authenticated(Identity identity) when identity.user()
				.equals(connection.session().user()) ->
				connection.refreshed(identity);
			case AuthOutcome.Authenticated(var _), AuthOutcome.InsufficientScope(var _),
					AuthOutcome.TooManyAddresses() ->
				connection.session().end(CloseCode.FORBIDDEN);
			case AuthOutcome.InvalidToken() -> connection.session().end(CloseCode.UNAUTHENTICATED);
			case AuthOutcome.Unavailable() -> connection.refreshFailed();
		}
	}

}
