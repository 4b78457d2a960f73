package io.fanfare.wire;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ClientEventTests {

	private static final String REQUIRED = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/client\",\"type\":\"t\"";

	private static final String TOKEN = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/client\","
			+ "\"type\":\"io.fanfare.token\"";

	@ParameterizedTest
	@ValueSource(strings = { "{" + REQUIRED + "}", " {" + REQUIRED + ",\"data\":{\"a\":[1,{}]}}\n",
			"{" + REQUIRED + ",\"later\":{\"nested\":true}}" })
	void isUnknownWhereItIsACloudEvent(String frame) {
		assertThat(of(frame)).isInstanceOf(ClientEvent.Unknown.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "hello", "[]", "{}", "null", "{" + REQUIRED, "{" + REQUIRED + "}{}",
			"{" + REQUIRED + ",}", "\uFEFF{" + REQUIRED + "}",
			"{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/c\",\"type\":\"t\"}",
			"{\"specversion\":1.0,\"id\":\"1\",\"source\":\"/c\",\"type\":\"t\"}",
			"{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/c\",\"type\":\"t\"}",
			"{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/c\",\"type\":\"t\"}",
			"{\"specversion\":\"1.0\",\"source\":\"/c\",\"type\":\"t\"}" })
	void isNotACloudEventOtherwise(String frame) {
		assertThat(of(frame)).isInstanceOf(ClientEvent.NotACloudEvent.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{" + TOKEN + ",\"data\":{\"token\":\"eyJ.x.y\"}}",
			"{\"data\":{\"a\":{\"token\":\"no\"},\"token\":\"eyJ.x.y\",\"b\":[1]}," + TOKEN + "}" })
	void readsAFreshToken(String frame) {
		assertThat(of(frame)).isEqualTo(new ClientEvent.Token("eyJ.x.y"));
		assertThat(of(frame)).hasToString("Token");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{" + TOKEN + "}", "{" + TOKEN + ",\"data\":\"eyJ\"}", "{" + TOKEN + ",\"data\":{}}",
			"{" + TOKEN + ",\"data\":{\"token\":7}}" })
	void readsNoTokenWhereThereIsNone(String frame) {
		assertThat(of(frame)).isEqualTo(new ClientEvent.Token(""));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 200_000 })
	void survivesNesting(int depth) {
		assertThat(of("[".repeat(depth))).isInstanceOf(ClientEvent.NotACloudEvent.class);
		assertThat(of("{\"a\":".repeat(depth))).isInstanceOf(ClientEvent.NotACloudEvent.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "FF", "C0AF", "EDA080", "7BE282" })
	void isNotUtf8WhereBytesAreMalformed(String hex) {
		assertThat(ClientEvent.of(HexFormat.of().parseHex(hex))).isInstanceOf(ClientEvent.NotUtf8.class);
	}

	private static ClientEvent of(String frame) {
		return ClientEvent.of(frame.getBytes(StandardCharsets.UTF_8));
	}

}
