package io.fanfare.auth;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class OriginPolicyTests {

	private static final URI TARGET = URI.create("http://app.example.com/v1/notifications");

	@ParameterizedTest
	@CsvSource({ "http://app.example.com,http://app.example.com/v1,true",
			"HTTP://App.Example.COM,http://app.example.com/v1,true",
			"http://app.example.com,http://app.example.com:80/v1,true",
			"https://app.example.com,https://app.example.com:443/v1,true",
			"http://app.example.com:8080,http://app.example.com:8080/v1,true",
			"http://[::1]:8080,http://[::1]:8080/v1,true", "https://app.example.com,wss://app.example.com/v1,true",
			"http://app.example.com:8080,http://app.example.com/v1,false",
			"https://app.example.com,http://app.example.com/v1,false",
			"http://evil.example.com,http://app.example.com/v1,false", "null,http://app.example.com/v1,false",
			"http://app.example.com.evil.example,http://app.example.com/v1,false",
			"'',http://app.example.com/v1,false" })
	void withoutAListAllowsTheSameOriginAlone(String origin, URI target, boolean allowed) {
		OriginPolicy policy = new OriginPolicy(List.of());

		assertThat(policy.allows(origin, target)).isEqualTo(allowed);
	}

	@ParameterizedTest
	@CsvSource({ "https://one.example,true", "https://ONE.example,true", "http://localhost:5173,true",
			"http://localhost,true", "http://one.example,false", "https://one.example:8443,false",
			"https://sub.one.example,false", "http://app.example.com,false", "http://localhost:,false",
			"http://localhost:x,false", "http://localhost:123456,false", "http://localhost:1.evil.example,false",
			"http://localhost.evil.example,false", "https://localhost:5173,false", "null,false" })
	void withAListAllowsWhatIsListed(String origin, boolean allowed) {
		OriginPolicy policy = new OriginPolicy(List.of("https://one.example", "http://localhost:*"));

		assertThat(policy.allows(origin, TARGET)).isEqualTo(allowed);
	}

	@Test
	void allowsWhatIsNoBrowser() {
		assertThat(new OriginPolicy(List.of()).allows(null, TARGET)).isTrue();
		assertThat(new OriginPolicy(List.of("https://one.example")).allows(null, TARGET)).isTrue();
	}

}
