package io.fanfare.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Publishes with an HTTP POST.
final class PostOutlet implements Peer.Outlet {

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI uri;

	PostOutlet(int port, String path) {
		this.uri = URI.create("http://127.0.0.1:" + port + path);
	}

	@Override
	public void publish(byte[] text) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.uri)
			.timeout(Duration.ofSeconds(10))
			.POST(HttpRequest.BodyPublishers.ofByteArray(text))
			.build();
		int status = this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		if (status / 100 != 2) {
			throw new IOException(this.uri + " answers " + status);
		}
	}

	@Override
	public void close() {
		this.client.close();
	}

}
