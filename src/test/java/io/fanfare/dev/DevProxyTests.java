package io.fanfare.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DevProxyTests {

	private static final int PATIENCE_MILLIS = 20_000;

	/// How long a test watches for what must not come.
	private static final int QUIET_MILLIS = 100;

	private final DevProxy proxy = new DevProxy(0);

	private final DisposableServer server = HttpServer.create()
		.host("127.0.0.1")
		.port(0)
		.handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(this.proxy.route())))
		.bindNow(Duration.ofSeconds(10));

	private final HttpClient http = HttpClient.newHttpClient();

	private ServerSocket gateway;

	@BeforeEach
	void listen() throws IOException {
		this.gateway = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.gateway.setSoTimeout(PATIENCE_MILLIS);
		this.proxy.target(this.gateway.getLocalPort());
	}

	@AfterEach
	void close() throws IOException {
		this.http.close();
		this.server.disposeNow(Duration.ofSeconds(10));
		this.proxy.close();
		this.gateway.close();
	}

	@Test
	void cutsThePagesOwnLineAndNoOther() throws Exception {
		try (Line one = new Line("one"); Line other = new Line("another-one")) {
			assertThat(post("one/cut")).isEqualTo(204);

			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> one.page.getInputStream().read());
			other.gateway.getOutputStream().write(7);
			assertThat(other.page.getInputStream().read()).isEqualTo(7);
		}
	}

	@Test
	void stallsAndResumesALine() throws Exception {
		try (Line one = new Line("one")) {
			assertThat(post("one/stall")).isEqualTo(204);
			one.gateway.getOutputStream().write(7);
			one.page.setSoTimeout(QUIET_MILLIS);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> one.page.getInputStream().read());
			one.page.setSoTimeout(PATIENCE_MILLIS);

			assertThat(post("one/resume")).isEqualTo(204);

			assertThat(one.page.getInputStream().read()).isEqualTo(7);
		}
	}

	@Test
	void knowsNoLineThatNobodyIsConnectedBy() throws Exception {
		try (var _ = new Line("one")) {
			assertThat(post("on/cut")).isEqualTo(404);
			assertThat(post(".+/cut")).isEqualTo(404);
			assertThat(post("one/delay")).isEqualTo(404);
			assertThat(post("one/cut")).isEqualTo(204);
			assertThat(post("one/cut")).isEqualTo(404);
		}
	}

	@Test
	void servesItsOwnPageAndNoOther() throws Exception {
		try (var _ = new Line("one")) {
			assertThat(post("one/stall", "Origin", "http://localhost:1")).isEqualTo(403);
			assertThat(post("one/stall", "Origin", "http://localhost:" + this.server.port())).isEqualTo(204);
		}
	}

	private int post(String target) throws Exception {
		return post(target, "Accept", "*/*");
	}

	private int post(String target, String header, String value) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.server.port() + "/dev/lines/" + target))
			.setHeader(header, value)
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		return this.http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	/// A page's connection by a line, and the gateway's end of it.
	private final class Line implements AutoCloseable {

		final Socket page = new Socket();

		final Socket gateway;

		Line(String name) throws IOException {
			int port = URI.create(DevProxyTests.this.proxy.origin()).getPort();
			byte[] request = ("GET /v1/notifications?line=" + name + "&cursor=c HTTP/1.1\r\n")
				.getBytes(StandardCharsets.US_ASCII);
			this.page.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
			this.page.setSoTimeout(PATIENCE_MILLIS);
			this.page.getOutputStream().write(request);
			this.gateway = DevProxyTests.this.gateway.accept();
			this.gateway.setSoTimeout(PATIENCE_MILLIS);
			this.gateway.getInputStream().readNBytes(request.length);
		}

		@Override
		public void close() throws IOException {
			this.page.close();
			this.gateway.close();
		}

	}

}
