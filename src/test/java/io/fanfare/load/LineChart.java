package io.fanfare.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

import org.HdrHistogram.Histogram;

/// Lines over an axis.
///
/// @param x what the lower axis is, with its unit
/// @param y what the left axis is, with its unit
record LineChart(String title, String x, Scale xScale, String y, Scale yScale, List<Line> lines) implements Chart {

	private static final int MANY = 40;

	private static final double[] PERCENTILES = { 0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99,
			99.995, 99.999 };

	/// Returns a chart of latencies by percentile, in milliseconds.
	static LineChart percentiles(String title, List<Line> lines) {
		return new LineChart(title, "percentile", Scale.PERCENTILE, "ms", Scale.LOG, lines);
	}

	/// One line.
	record Line(String name, List<Point> points) {

		/// Returns the percentiles of nanoseconds that as many values have, in
		/// milliseconds.
		static Line of(String name, Histogram nanos) {
			return new Line(name,
					DoubleStream.of(PERCENTILES)
						.filter((percentile) -> nanos.getTotalCount() * (1 - percentile / 100) >= 1)
						.mapToObj((percentile) -> new Point(percentile,
								Math.max(0.001, nanos.getValueAtPercentile(percentile) / 1e6)))
						.toList());
		}

	}

	/// A point of a line.
	record Point(double x, double y) {
	}

	@Override
	public void draw(Svg svg) {
		List<Point> all = this.lines.stream().flatMap((line) -> line.points.stream()).toList();
		if (all.isEmpty()) {
			return;
		}
		Axis xAxis = new Axis(this.xScale, all, Point::x, Svg.LEFT, Svg.RIGHT);
		Axis yAxis = new Axis(this.yScale, all, Point::y, Svg.BOTTOM, Svg.TOP);
		svg.legend(this.lines.stream().map(Line::name).toList());
		for (double tick : xAxis.ticks()) {
			svg.line("grid", xAxis.at(tick), Svg.TOP, xAxis.at(tick), Svg.BOTTOM);
			svg.text("x", xAxis.at(tick), Svg.BOTTOM + 16, Scale.text(tick));
		}
		for (double tick : yAxis.ticks()) {
			svg.line("grid", Svg.LEFT, yAxis.at(tick), Svg.RIGHT, yAxis.at(tick));
			svg.text("y", Svg.LEFT - 6, yAxis.at(tick) + 4, Scale.text(tick));
		}
		svg.text("label", (Svg.LEFT + Svg.RIGHT) / 2.0, Svg.HEIGHT - 12, this.x);
		svg.textUpwards(16, (Svg.TOP + Svg.BOTTOM) / 2.0, this.y);
		for (int i = 0; i < this.lines.size(); i++) {
			draw(svg, i, xAxis, yAxis);
		}
	}

	private void draw(Svg svg, int index, Axis xAxis, Axis yAxis) {
		Line line = this.lines.get(index);
		List<double[]> path = new ArrayList<>();
		for (Point point : line.points) {
			path.add(new double[] { xAxis.at(point.x), yAxis.at(point.y) });
		}
		svg.polyline(index, path);
		if (line.points.size() <= MANY) {
			line.points.forEach((point) -> svg.dot(index, xAxis.at(point.x), yAxis.at(point.y),
					"%s: %s, %s".formatted(line.name, Scale.text(point.x), Scale.text(point.y))));
		}
	}

	/// One axis of a chart, between two coordinates.
	private static final class Axis {

		private final Scale scale;

		private final double min;

		private final double max;

		private final double from;

		private final double to;

		Axis(Scale scale, List<Point> points, ToDoubleFunction<Point> value, double from, double to) {
			this.scale = scale;
			double least = points.stream().mapToDouble(value).min().orElse(0);
			double most = points.stream().mapToDouble(value).max().orElse(1);
			this.min = switch (scale) {
				case LINEAR, PERCENTILE -> 0;
				case LOG -> Math.pow(10, Math.floor(Math.log10(least)));
			};
			this.max = switch (scale) {
				case LINEAR -> (most > 0) ? most * 1.1 : 1;
				case PERCENTILE -> most;
				case LOG -> Math.max(Math.pow(10, Math.ceil(Math.log10(most))), this.min * 10);
			};
			this.from = from;
			this.to = to;
		}

		List<Double> ticks() {
			return this.scale.ticks(this.min, this.max);
		}

		double at(double value) {
			double start = this.scale.position(this.min);
			double share = (this.scale.position(value) - start) / (this.scale.position(this.max) - start);
			return this.from + share * (this.to - this.from);
		}

	}

}
