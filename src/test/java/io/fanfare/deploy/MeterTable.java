package io.fanfare.deploy;

import java.util.Arrays;
import java.util.stream.Collectors;

import io.fanfare.telemetry.FanfareMeter;

/// The table of all meters in `docs/metrics.md`.
final class MeterTable {

	private MeterTable() {
	}

	/// Returns the table in Markdown, one row per meter in the order of the enum.
	static String render() {
		return Arrays.stream(FanfareMeter.values())
			.map((meter) -> "| `%s` | `%s` | %s | %s |%n".formatted(prometheusName(meter), meter.getName(), type(meter),
					meter.description()))
			.collect(Collectors.joining("",
					"| Prometheus | Micrometer | Type | What is measured |\n|---|---|---|---|\n", ""))
			.replace("\r\n", "\n");
	}

	/// Returns the name of the meter's family as Prometheus sees it.
	static String prometheusName(FanfareMeter meter) {
		String name = meter.getName().replace('.', '_');
		String unit = meter.getBaseUnit();
		return switch (meter.getType()) {
			case COUNTER -> name + "_total";
			case TIMER -> name + "_seconds";
			default -> (unit != null) ? name + "_" + unit : name;
		};
	}

	private static String type(FanfareMeter meter) {
		return switch (meter.getType()) {
			case COUNTER -> "counter";
			case TIMER -> "histogram";
			default -> "gauge";
		};
	}

}
