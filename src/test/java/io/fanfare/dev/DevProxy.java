package io.fanfare.dev;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.fanfare.proxy.FaultProxy;
import io.fanfare.proxy.ProxiedConnection;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The fault proxy through which the console page connects to the gateway, and
/// `POST /dev/lines/{line}/cut`, `stall` and `resume`, with which the page harms its own
/// connection.
///
/// A line is a name that a page makes up and connects with, as in `?line=<name>`, so that
/// nobody keeps a register. Serves this machine alone, see [LocalOnly].
class DevProxy implements AutoCloseable {

	/// Where the proxy listens; 0, the default, for any free port.
	static final String PORT = "fanfare.dev.proxy-port";

	private static final Map<String, Consumer<ProxiedConnection>> FAULTS = Map.of("cut", ProxiedConnection::cut,
			"stall", ProxiedConnection::stall, "resume", ProxiedConnection::resume);

	private final FaultProxy proxy;

	/// Starts the proxy, which takes nobody's connection until the gateway's port is
	/// known.
	DevProxy(int port) {
		this.proxy = FaultProxy.start(port, gateway(0));
	}

	@EventListener
	void listens(WebServerInitializedEvent event) {
		// The management server is none of the page's business.
		if (event.getApplicationContext().getServerNamespace() == null) {
			target(event.getWebServer().getPort());
		}
	}

	void target(int port) {
		this.proxy.retarget(gateway(port));
	}

	/// The proxy's origin as a browser needs to know it.
	String origin() {
		return "ws://localhost:" + this.proxy.address().getPort();
	}

	RouterFunction<ServerResponse> route() {
		return RouterFunctions.route().POST("/dev/lines/{line}/{fault}", this::harm).filter(new LocalOnly()).build();
	}

	@Override
	public void close() {
		this.proxy.close();
	}

	private Mono<ServerResponse> harm(ServerRequest request) {
		String line = request.pathVariable("line");
		Consumer<ProxiedConnection> fault = FAULTS.get(request.pathVariable("fault"));
		if (fault == null) {
			return notFound("A line can be cut, stalled and resumed");
		}
		// Each call waits for the proxy's event loop.
		return Mono.fromCallable(() -> connections(line)).subscribeOn(Schedulers.boundedElastic()).flatMap((found) -> {
			found.forEach(fault);
			return found.isEmpty() ? notFound("Nothing is connected by that line") : ServerResponse.noContent().build();
		});
	}

	private List<ProxiedConnection> connections(String line) {
		Pattern query = Pattern.compile("[?&]line=" + Pattern.quote(line) + "[& ]");
		return this.proxy.connections()
			.stream()
			.filter((connection) -> query.matcher(connection.firstLine()).find())
			.toList();
	}

	private static InetSocketAddress gateway(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	private static Mono<ServerResponse> notFound(String error) {
		return ServerResponse.status(HttpStatus.NOT_FOUND)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(Map.of("error", error));
	}

}
