package io.fanfare.socket;

import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.fanfare.auth.AuthOutcome;
import io.fanfare.auth.Identity;
import io.fanfare.auth.OriginPolicy;
import io.fanfare.auth.TokenAuthenticator;
import io.fanfare.session.Admission;
import io.fanfare.session.Beginning;
import io.fanfare.session.Gate;
import io.fanfare.session.Sessions;
import io.fanfare.wire.CloseCode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;

/// Decides every upgrade request, in one place and one order: form, flood, origin, readiness,
/// token, admission. What is refused is told by the table of `docs/protocol.md` §3.
final class UpgradeHandler implements HttpHandler {

	private final TokenAuthenticator authenticator;

	private final OriginPolicy origins;

	private final Sessions sessions;

	private final Beginnings beginnings;

	private final Connections connections;

	private final FloodLimit floodLimit;

	private final UpgradeTurns turns;

	private final NettyUpgrade upgrade;

	private final SocketMeters meters;

	UpgradeHandler(TokenAuthenticator authenticator, OriginPolicy origins, Sessions sessions, Beginnings beginnings,
			Connections connections, FloodLimit floodLimit, UpgradeTurns turns, NettyUpgrade upgrade,
			SocketMeters meters) {
		this.authenticator = authenticator;
		this.origins = origins;
		this.sessions = sessions;
		this.beginnings = beginnings;
		this.connections = connections;
		this.floodLimit = floodLimit;
		this.turns = turns;
		this.upgrade = upgrade;
		this.meters = meters;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest http, ServerHttpResponse response) {
		return switch (UpgradeRequest.of(http)) {
			case UpgradeRequest.Refused(Refusal refusal) -> refuse(response, refusal);
			case UpgradeRequest.Parsed(UpgradeRequest request) -> handle(new Exchange(http, response, request));
		};
	}

	private Mono<Void> handle(Exchange exchange) {
		ServerHttpRequest http = exchange.http();
		Refusal flood = this.floodLimit.take(peer(http));
		if (flood != null) {
			return refuse(exchange.response(), flood);
		}
		if (!this.origins.allows(http.getHeaders().getOrigin(), http.getURI())) {
			return refuse(exchange.response(), Refusal.ORIGIN);
		}
		String token = exchange.request().token();
		if (token == null) {
			return refuse(exchange.response(), Refusal.NO_TOKEN);
		}
		Gate gate = this.sessions.gate();
		if (gate != Gate.OPEN) {
			return refuse(exchange, Refusal.unavailable(gate.reason()));
		}
		// Back to the event loop: there a socket is upgraded and its session opened,
		// or the client is known to be gone. Only a turn that is refused is answered as
		// one: what fails in the answer itself may fail behind a 101.
		return this.authenticator.authenticate(token)
			.publishOn(this.turns.on(NettyUpgrade.eventLoop(http)))
			.map((outcome) -> answer(exchange, outcome))
			.onErrorResume(RejectedExecutionException.class,
					(ex) -> Mono.just(refuse(exchange.response(), Refusal.BUSY)))
			.flatMap(Function.identity());
	}

	private Mono<Void> answer(Exchange exchange, AuthOutcome outcome) {
		return switch (outcome) {
			case AuthOutcome.Authenticated(Identity identity) -> start(exchange, identity);
			case AuthOutcome.InvalidToken() -> refuse(exchange, Refusal.INVALID_TOKEN);
			case AuthOutcome.InsufficientScope(String scope) -> refuse(exchange, Refusal.insufficientScope(scope));
			case AuthOutcome.TooManyAddresses() -> refuse(exchange, Refusal.TOO_MANY_ADDRESSES);
			case AuthOutcome.Unavailable() -> refuse(exchange, Refusal.unavailable("issuer"));
		};
	}

	private Mono<Void> start(Exchange exchange, Identity identity) {
		return this.beginnings.of(exchange.http().getQueryParams())
			.map((beginning) -> admit(exchange, identity, beginning))
			.orElseGet(() -> refuse(exchange, Refusal.BAD_CURSOR));
	}

	private Mono<Void> admit(Exchange exchange, Identity identity, Beginning beginning) {
		return switch (this.sessions.admit(identity.user())) {
			case Admission.Admitted(var place) -> {
				SessionHandler handler = this.connections.session(identity, place, beginning);
				this.meters.upgrade("accepted");
				yield upgrade(exchange, handler).doFinally((signal) -> handler.release());
			}
			case Admission.Unavailable(String reason) -> refuse(exchange, Refusal.unavailable(reason));
			case Admission.UserLimit() -> refuse(exchange, Refusal.USER_LIMIT);
		};
	}

	private Mono<Void> refuse(Exchange exchange, Refusal refusal) {
		CloseCode code = refusal.closeCode();
		if (!exchange.request().tokenAsSubprotocol() || code == null) {
			return refuse(exchange.response(), refusal);
		}
		this.meters.upgrade(refusal.outcome());
		return upgrade(exchange, this.connections.refusal(code, refusal.retryAfterSeconds()));
	}

	private Mono<Void> refuse(ServerHttpResponse response, Refusal refusal) {
		this.meters.upgrade(refusal.outcome());
		response.setStatusCode(refusal.status());
		HttpHeaders headers = response.getHeaders();
		if (refusal.challenge() != null) {
			headers.set(HttpHeaders.WWW_AUTHENTICATE, refusal.challenge());
		}
		if (refusal.retryAfterSeconds() > 0) {
			headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
		}
		if (refusal.status() == HttpStatus.UPGRADE_REQUIRED) {
			headers.set(HttpHeaders.UPGRADE, "websocket");
			headers.set(HttpHeaders.CONNECTION, "Upgrade");
			headers.set("Sec-WebSocket-Version", "13");
		}
		return response.setComplete();
	}

	private Mono<Void> upgrade(Exchange exchange, WebSocketHandler handler) {
		return this.upgrade.upgrade(exchange.http(), exchange.response(), handler,
				exchange.request().subprotocol() ? UpgradeRequest.SUBPROTOCOL : null);
	}

	/// Returns who is at the other end of the TCP connection: forwarded headers can
	/// be forged, so they are no base for limits.
	private static @Nullable InetSocketAddress peer(ServerHttpRequest request) {
		HttpServerRequest nettyRequest = ServerHttpRequestDecorator.getNativeRequest(request);
		return (nettyRequest.connectionRemoteAddress() instanceof InetSocketAddress address) ? address : null;
	}

	/// An upgrade request as it came, as it was read, and its answer.
	private record Exchange(ServerHttpRequest http, ServerHttpResponse response, UpgradeRequest request) {
	}

}
