package io.fanfare.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.fanfare.telemetry.FanfareMeter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// `docs/metrics.md` has the table that the enum of meters makes. With
/// `-Dfanfare.docs.write=true` the table is written instead of compared.
class MetricsDocumentTests {

	private static final Path DOCUMENT = Path.of("docs/metrics.md");

	private static final String BEGIN = "<!-- meters: begin -->\n";

	private static final String END = "<!-- meters: end -->\n";

	@Test
	void hasTheTableThatTheMetersMake() throws IOException {
		String document = Files.readString(DOCUMENT);
		int begin = document.indexOf(BEGIN) + BEGIN.length();
		int end = document.indexOf(END);
		assertThat(begin).isBetween(BEGIN.length(), end);

		if (Boolean.getBoolean("fanfare.docs.write")) {
			Files.writeString(DOCUMENT, document.substring(0, begin) + MeterTable.render() + document.substring(end));
			return;
		}

		assertThat(document.substring(begin, end))
			.as("rewrite it with ./mvnw test -Dtest=MetricsDocumentTests -Dfanfare.docs.write=true")
			.isEqualTo(MeterTable.render());
	}

	@Test
	void describesEveryMeter() {
		assertThat(Arrays.stream(FanfareMeter.values())).allSatisfy((meter) -> {
			assertThat(meter.getName()).matches("fanfare(\\.[a-z]+)+");
			assertThat(meter.description()).endsWith(".").doesNotContain("|", "\n");
		});
	}

}
