package io.fanfare.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// How figures are written.
@SuppressWarnings("AnnotateFormatMethod") // The annotation is not among our dependencies.
final class Figures {

	private static final int FEW = 5;

	private Figures() {
	}

	/// Returns three digits behind the point.
	static double rounded(double value) {
		return Math.round(value * 1000) / 1000.0;
	}

	/// Returns the one in the middle, or the mean of the two there.
	static double median(List<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int half = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
	}

	/// Returns the median and all the values, which are few.
	static Map<String, Object> all(List<Double> values) {
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("median", rounded(median(values)));
		figures.put("runs", values.stream().map(Figures::rounded).toList());
		return figures;
	}

	/// Returns what all of them have counted.
	static Histogram sum(List<Histogram> histograms) {
		Histogram sum = new Histogram(3);
		sum.setAutoResize(true);
		histograms.forEach(sum::add);
		return sum;
	}

	/// Returns the largest few parts of a sum, and the rest as one.
	/// @param parts the largest first
	static Map<String, Double> few(Map<String, Double> parts, double sum) {
		Map<String, Double> few = new LinkedHashMap<>();
		parts.entrySet().stream().limit(FEW).forEach((part) -> few.put(part.getKey(), part.getValue()));
		double rest = sum - few.values().stream().mapToDouble(Double::doubleValue).sum();
		if (rest > 0) {
			few.put("rest", rest);
		}
		return few;
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

	/// Returns a percentile of nanoseconds, in milliseconds.
	static double millis(Histogram nanos, double percentile) {
		return rounded(nanos.getValueAtPercentile(percentile) / 1e6);
	}

}
