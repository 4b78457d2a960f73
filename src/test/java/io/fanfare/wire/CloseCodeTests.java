package io.fanfare.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Holds `docs/protocol.md` §7 and the enum together.
class CloseCodeTests {

	private static final Pattern ROW = Pattern.compile("\\| (\\d{4}) \\| ([^|]*) \\| [^|]+ \\| ([^|]+) \\|");

	@Test
	void tableOfTheDocumentAndTheEnumAreTheSame() throws IOException {
		Map<Integer, String> documented = new TreeMap<>();
		Matcher rows = ROW.matcher(Files.readString(Path.of("docs/protocol.md")));
		while (rows.find()) {
			documented.put(Integer.valueOf(rows.group(1)),
					rows.group(2).replace("–", "") + " -> " + rows.group(3).strip());
		}

		Map<Integer, String> coded = Arrays.stream(CloseCode.values())
			.collect(Collectors.toMap(CloseCode::code, (code) -> code.reason() + " -> " + code.action(),
					(one, other) -> one + other, TreeMap::new));
		assertThat(documented).isEqualTo(coded);
	}

	@ParameterizedTest
	@EnumSource
	void reasonFitsIntoACloseFrame(CloseCode code) {
		assertThat(code.reason().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(123);
	}

	@ParameterizedTest
	@EnumSource
	void codeMayBeSentByAServer(CloseCode code) {
		assertThat(code.code()).satisfiesAnyOf((sent) -> assertThat(sent).isBetween(1000, 1003),
				(sent) -> assertThat(sent).isBetween(1007, 1014), (sent) -> assertThat(sent).isBetween(4000, 4999));
	}

}
