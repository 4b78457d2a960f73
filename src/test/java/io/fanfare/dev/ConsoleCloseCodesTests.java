package io.fanfare.dev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.fanfare.wire.CloseCode;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/// Holds the console's table of close codes and the gateway's together.
class ConsoleCloseCodesTests {

	private static final Pattern ROW = Pattern.compile(
			"^ +(\\d{4}): \\{ action: '([^']+)', name: '[^']+', meaning: '[^']+', " + "advice: '[^']+' },$",
			Pattern.MULTILINE);

	@Test
	void theConsoleDoesWhatTheGatewayExpectsAfterEachOfItsCloseCodes() throws IOException {
		Map<Integer, String> expected = Arrays.stream(CloseCode.values())
			.collect(Collectors.toMap(CloseCode::code, (code) -> code.action().toString()));

		Map<Integer, String> console = console();

		assertThat(console).containsAllEntriesOf(expected);
	}

	private static Map<Integer, String> console() throws IOException {
		String script = new ClassPathResource("static/console/closecodes.js")
			.getContentAsString(StandardCharsets.UTF_8);
		return ROW.matcher(script)
			.results()
			.collect(Collectors.toMap((row) -> Integer.valueOf(row.group(1)), (row) -> row.group(2)));
	}

}
