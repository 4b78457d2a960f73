package io.fanfare.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BadRecordTests {

	@Test
	void tableOfTheDocumentNamesEachReason() throws IOException {
		List<String> lines = Files.readAllLines(Path.of("docs/protocol.md"));

		List<String> documented = lines.stream()
			.skip(lines.indexOf("| reason | meaning |") + 2)
			.takeWhile((line) -> line.startsWith("| "))
			.map((line) -> line.split("`", 3)[1])
			.toList();

		assertThat(documented).isEqualTo(Arrays.stream(BadRecord.values()).map(BadRecord::tag).toList());
	}

}
