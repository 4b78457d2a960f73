package io.fanfare.socket;

import io.fanfare.auth.AuthProperties;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;

/// Raises the server's limits on request line and headers to what a cursor and a token need.
///
/// Raises Spring Boot's own settings, before Boot reads them: Reactor Netty takes all of its
/// decoder's settings from whoever sets them last.
final class RequestLimits implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, Ordered {

	/// A cursor of 3 KB in the query, and room beside it.
	private static final DataSize REQUEST_LINE = DataSize.ofKilobytes(16);

	/// Headers other than the token.
	private static final DataSize OTHER_HEADERS = DataSize.ofKilobytes(8);

	private final AuthProperties auth;

	private final ServerProperties server;

	private final NettyServerProperties netty;

	RequestLimits(AuthProperties auth, ServerProperties server, NettyServerProperties netty) {
		this.auth = auth;
		this.server = server;
		this.netty = netty;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		DataSize headers = DataSize.ofBytes(this.auth.maxTokenSize().toBytes() + OTHER_HEADERS.toBytes());
		this.server.setMaxHttpRequestHeaderSize(larger(headers, this.server.getMaxHttpRequestHeaderSize()));
		this.netty.setMaxInitialLineLength(larger(REQUEST_LINE, this.netty.getMaxInitialLineLength()));
	}

	private static DataSize larger(DataSize one, DataSize other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

}
