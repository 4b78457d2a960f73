package io.fanfare.socket;

import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;

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
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/// Decides every upgrade request, in one place and one order: form, flood, origin, readiness,
/// token, admission. What is refused is told by the table of `docs/protocol.md` §3.
final class UpgradeHandler implements WebHandler {

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
	public Mono<Void> handle(ServerWebExchange exchange) {
		return switch (UpgradeRequest.of(exchange.getRequest())) {
			case UpgradeRequest.Refused(Refusal refusal) -> refuse(exchange, refusal);
			case UpgradeRequest.Parsed(UpgradeRequest request) -> handle(exchange, request);
		};
	}

	private Mono<Void> handle(ServerWebExchange exchange, UpgradeRequest request) {
		ServerHttpRequest http = exchange.getRequest();
		Refusal flood = this.floodLimit.take(peer(http));
		if (flood != null) {
			return refuse(exchange, flood);
		}
		if (!this.origins.allows(http.getHeaders().getOrigin(), http.getURI())) {
			return refuse(exchange, Refusal.ORIGIN);
		}
		String token = request.token();
		if (token == null) {
			return refuse(exchange, Refusal.NO_TOKEN);
		}
		Gate gate = this.sessions.gate();
		if (gate != Gate.OPEN) {
			return refuse(exchange, request, Refusal.unavailable(gate.reason()));
		}
		// Back to the event loop: there a socket is upgraded and its session opened,
		// or the client is known to be gone.
		return this.authenticator.authenticate(token)
			.publishOn(this.turns.on(NettyUpgrade.eventLoop(http)))
			.flatMap((outcome) -> answer(exchange, request, outcome))
			.onErrorResume(RejectedExecutionException.class, (ex) -> refuse(exchange, Refusal.BUSY));
	}

	private Mono<Void> answer(ServerWebExchange exchange, UpgradeRequest request, AuthOutcome outcome) {
		return switch (outcome) {
			case AuthOutcome.Authenticated(Identity identity) -> start(exchange, request, identity);
			case AuthOutcome.InvalidToken() -> refuse(exchange, request, Refusal.INVALID_TOKEN);
			case AuthOutcome.InsufficientScope(String scope) ->
				refuse(exchange, request, Refusal.insufficientScope(scope));
			case AuthOutcome.TooManyAddresses() -> refuse(exchange, request, Refusal.TOO_MANY_ADDRESSES);
			case AuthOutcome.Unavailable() -> refuse(exchange, request, Refusal.unavailable("issuer"));
		};
	}

	private Mono<Void> start(ServerWebExchange exchange, UpgradeRequest request, Identity identity) {
		return this.beginnings.of(exchange.getRequest().getQueryParams())
			.map((beginning) -> admit(exchange, request, identity, beginning))
			.orElseGet(() -> refuse(exchange, request, Refusal.BAD_CURSOR));
	}

	private Mono<Void> admit(ServerWebExchange exchange, UpgradeRequest request, Identity identity,
			Beginning beginning) {
		return switch (this.sessions.admit(identity.user())) {
			case Admission.Admitted(var place) -> {
				SessionHandler handler = this.connections.session(identity, place, beginning);
				this.meters.upgrade("accepted");
				yield upgrade(exchange, request, handler).doFinally((signal) -> handler.release());
			}
			case Admission.Unavailable(String reason) -> refuse(exchange, request, Refusal.unavailable(reason));
			case Admission.UserLimit() -> refuse(exchange, request, Refusal.USER_LIMIT);
		};
	}

	private Mono<Void> refuse(ServerWebExchange exchange, UpgradeRequest request, Refusal refusal) {
		CloseCode code = refusal.closeCode();
		if (!request.tokenAsSubprotocol() || code == null) {
			return refuse(exchange, refusal);
		}
		this.meters.upgrade(refusal.outcome());
		return upgrade(exchange, request, this.connections.refusal(code, refusal.retryAfterSeconds()));
	}

	private Mono<Void> refuse(ServerWebExchange exchange, Refusal refusal) {
		this.meters.upgrade(refusal.outcome());
		ServerHttpResponse response = exchange.getResponse();
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

	private Mono<Void> upgrade(ServerWebExchange exchange, UpgradeRequest request, WebSocketHandler handler) {
		return this.upgrade.upgrade(exchange, handler, request.subprotocol() ? UpgradeRequest.SUBPROTOCOL : null, null);
	}

	/// Returns who is at the other end of the TCP connection: forwarded headers can
	/// be forged, so they are no base for limits.
	private static @Nullable InetSocketAddress peer(ServerHttpRequest request) {
		HttpServerRequest nettyRequest = ServerHttpRequestDecorator.getNativeRequest(request);
		return (nettyRequest.connectionRemoteAddress() instanceof InetSocketAddress address) ? address : null;
	}

}
