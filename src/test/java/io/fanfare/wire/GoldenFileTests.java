package io.fanfare.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.fanfare.notification.TestRecord;
import io.fanfare.wire.RecordDecoder.Decoded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Each `golden/NAME.record` holds header lines, an empty line and the value; `NAME.event` is
/// the payload of the frame that it becomes, byte for byte.
class GoldenFileTests {

	private static final Path DIRECTORY = Path.of("src/test/resources/golden");

	@ParameterizedTest
	@MethodSource("names")
	void recordBecomesExactlyThatEvent(String name) throws IOException {
		TestRecord record = record(Files.readAllBytes(DIRECTORY.resolve(name + ".record")));

		Decoded decoded = RecordDecoder.decode(record);

		String expected = Files.readString(DIRECTORY.resolve(name + ".event"));
		assertThat(decoded).isInstanceOfSatisfying(Decoded.Good.class,
				(good) -> assertThat(FrameBytes.text(good.notification())).isEqualTo(expected));
	}

	@ParameterizedTest
	@MethodSource("names")
	void cloudEventsSdkReadsTheEvent(String name) throws IOException {
		byte[] event = Files.readAllBytes(DIRECTORY.resolve(name + ".event"));

		CloudEvent read = new JsonFormat().deserialize(event);

		assertThat(read.getSpecVersion()).hasToString("1.0");
		assertThat(read.getId()).isNotEmpty();
		assertThat(read.getSource()).isNotNull();
		assertThat(read.getData() != null).isEqualTo(!name.equals("structured-no-data"));
	}

	@Test
	void sdkSeesAttributesAndDataOfABinaryRecord() throws IOException {
		CloudEvent read = new JsonFormat().deserialize(Files.readAllBytes(DIRECTORY.resolve("binary-json.event")));

		assertThat(read.getType()).isEqualTo("order.shipped");
		assertThat(read.getSubject()).isEqualTo("ü\"\\");
		assertThat(read.getTime()).isEqualTo("2026-11-24T10:00:00Z");
		assertThat(read.getExtension("collapsekey")).isEqualTo("order-42");
		assertThat(read.getDataContentType()).isEqualTo("application/Order+json; v=1");
	}

	private static TestRecord record(byte[] file) {
		String text = new String(file, StandardCharsets.ISO_8859_1);
		int valueFrom = text.startsWith("\n") ? 1 : text.indexOf("\n\n") + 2;
		TestRecord record = TestRecord.of(Arrays.copyOfRange(file, valueFrom, file.length));
		text.substring(0, valueFrom).lines().filter((line) -> !line.isEmpty()).forEach((line) -> {
			String[] header = line.split(": ", 2);
			record.header(header[0], header[1].getBytes(StandardCharsets.ISO_8859_1));
		});
		return record;
	}

	static Stream<String> names() throws IOException {
		try (Stream<Path> files = Files.list(DIRECTORY)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".record"))
				.map((name) -> name.substring(0, name.lastIndexOf('.')))
				.sorted()
				.toList()
				.stream();
		}
	}

}
