package io.fanfare;

import io.fanfare.dev.DevRun;

/// The whole product in one process, for development: the gateway with a broker, an issuer,
/// topics and the console page.
///
/// Started by `./mvnw spring-boot:test-run`.
public class TestFanfareApplication {

	public static void main(String[] args) {
		DevRun.of(true, () -> FanfareApplication.main(args));
	}

}
