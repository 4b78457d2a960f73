package io.fanfare.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// How figures are written.
@SuppressWarnings("AnnotateFormatMethod") // The annotation is not among our dependencies.
final class Figures {

	private Figures() {
	}

	/// Returns three digits behind the point.
	static double rounded(double value) {
		return Math.round(value * 1000) / 1000.0;
	}

	/// Returns percentiles of nanoseconds, in milliseconds.
	static Map<String, Object> percentiles(Histogram nanos) {
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("count", nanos.getTotalCount());
		figures.put("p50", millis(nanos, 50));
		figures.put("p90", millis(nanos, 90));
		figures.put("p99", millis(nanos, 99));
		figures.put("p99.9", millis(nanos, 99.9));
		figures.put("max", rounded(nanos.getMaxValue() / 1e6));
		return figures;
	}

	/// Returns percentiles of nanoseconds as one line, in milliseconds.
	static String line(Histogram nanos) {
		return String.format(Locale.ROOT, "p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms", millis(nanos, 50),
				millis(nanos, 90), millis(nanos, 99), millis(nanos, 99.9), nanos.getMaxValue() / 1e6);
	}

	/// Returns a line of the readable result.
	static String line(String name, String format, Object... arguments) {
		return String.format(Locale.ROOT, "  %-26s ", name) + String.format(Locale.ROOT, format, arguments);
	}

	private static double millis(Histogram nanos, double percentile) {
		return rounded(nanos.getValueAtPercentile(percentile) / 1e6);
	}

}
