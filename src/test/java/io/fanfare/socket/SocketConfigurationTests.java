package io.fanfare.socket;

import org.junit.jupiter.api.Test;

import org.springframework.http.client.ReactorResourceFactory;

import static org.assertj.core.api.Assertions.assertThat;

/// Tests of [SocketConfiguration].
class SocketConfigurationTests {

	@Test
	void hasOneEventLoopForEachCore() {
		ReactorResourceFactory factory = new SocketConfiguration().reactorResourceFactory();
		factory.start();
		try {
			assertThat(factory.getLoopResources().onServer(true)).hasSize(Runtime.getRuntime().availableProcessors());
		}
		finally {
			factory.stop();
		}
	}

}
