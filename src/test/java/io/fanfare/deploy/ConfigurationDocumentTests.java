package io.fanfare.deploy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fanfare.ingest.IngestProperties;
import io.fanfare.telemetry.FanfareMeter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DefaultValue;

import static org.assertj.core.api.Assertions.assertThat;

/// `docs/configuration.md` has every property of the gateway with its type, default and
/// description, as the generated metadata has them, and no other.
class ConfigurationDocumentTests {

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(fanfare\\.[^`]+)` \\|(.*)\\|$");

	private static final String TOPICS = "fanfare.ingest.topics[].";

	private static Map<String, Row> rows;

	private static Map<String, Metadata.Property> properties;

	@BeforeAll
	static void read() throws IOException {
		rows = new TreeMap<>();
		Matcher matcher = ROW.matcher(Files.readString(Path.of("docs/configuration.md")));
		while (matcher.find()) {
			String[] cells = matcher.group(2).split("\\|", -1);
			assertThat(cells).as(matcher.group(1)).hasSize(5);
			rows.put(matcher.group(1),
					new Row(cells[0].strip(), cells[1].strip(), cells[2].strip(), cells[3].strip(), cells[4].strip()));
		}
		properties = Metadata.ofClasspath().own();
		properties.keySet().removeIf((name) -> name.startsWith("fanfare.dev."));
	}

	@Test
	void hasARowForEveryPropertyAndForNothingElse() {
		assertThat(rows.keySet().stream().filter((name) -> !name.startsWith(TOPICS)))
			.containsExactlyInAnyOrderElementsOf(properties.keySet());
	}

	@Test
	void namesTypeAndDefaultOfEachProperty() {
		assertThat(properties.values()).allSatisfy((property) -> {
			Row row = row(property.name());
			assertThat(row.type()).as("type of " + property.name()).isEqualTo(simpleType(property));
			assertThat(row.defaultValue()).as("default of " + property.name())
				.isEqualTo((property.defaultValue() != null) ? property.defaultValue() : "–");
		});
	}

	@Test
	void beginsEachMeaningWithTheDescriptionThatEditorsShow() {
		assertThat(properties.values()).allSatisfy((property) -> {
			assertThat(property.description()).as("description of " + property.name()).isNotBlank();
			assertThat(row(property.name()).meaning()).as("meaning of " + property.name())
				.startsWith(capitalised(property.description()));
		});
	}

	/// Metadata says nothing of a list's elements.
	@Test
	void namesDefaultsOfWhatATopicHas() {
		RecordComponent[] components = IngestProperties.Topic.class.getRecordComponents();

		assertThat(rows.keySet().stream().filter((name) -> name.startsWith(TOPICS)))
			.containsExactlyInAnyOrderElementsOf(Arrays.stream(components).map((it) -> TOPICS + dashed(it)).toList());
		assertThat(components).allSatisfy((component) -> {
			DefaultValue value = constructorDefault(component);
			assertThat(row(TOPICS + dashed(component)).defaultValue()).as(component.getName())
				.isEqualTo((value != null) ? value.value()[0] : "–");
		});
	}

	@Test
	void saysWhatZeroMeansForEveryNumber() {
		assertThat(properties.values().stream().filter((property) -> isNumber(property.type())))
			.allSatisfy((property) -> assertThat(row(property.name()).zero()).as(property.name()).isNotIn("", "–"));
	}

	@Test
	void namesOnlyMetersThatThereAre() {
		assertThat(rows.values()).allSatisfy((row) -> Pattern.compile("`(fanfare_[a-z_]+)")
			.matcher(row.meters())
			.results()
			.forEach((meter) -> assertThat(Arrays.stream(FanfareMeter.values()).map(MeterTable::prometheusName))
				.contains(meter.group(1))));
	}

	private static Row row(String name) {
		Row row = rows.get(name);
		if (row == null) {
			throw new AssertionError("docs/configuration.md has no row for " + name);
		}
		return row;
	}

	private static String simpleType(Metadata.Property property) {
		return switch (property.type()) {
			case "java.util.List<java.lang.String>" -> "List of String";
			case "java.util.List<io.fanfare.ingest.IngestProperties$Topic>" -> "List of topics";
			default -> property.type().replaceFirst(".*[.$]", "");
		};
	}

	private static boolean isNumber(String type) {
		return type.endsWith(".Integer") || type.endsWith(".Duration") || type.endsWith(".DataSize");
	}

	private static String capitalised(String text) {
		return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
	}

	private static String dashed(RecordComponent component) {
		return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static @Nullable DefaultValue constructorDefault(RecordComponent component) {
		return Arrays.stream(IngestProperties.Topic.class.getDeclaredConstructors()[0].getParameters())
			.filter((parameter) -> parameter.getName().equals(component.getName()))
			.findFirst()
			.orElseThrow()
			.getAnnotation(DefaultValue.class);
	}

	/// One row after the property's name.
	record Row(String type, String defaultValue, String meaning, String zero, String meters) {
	}

}
