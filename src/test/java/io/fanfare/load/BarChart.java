package io.fanfare.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Bars, one below the other, each of several parts.
///
/// @param unit of the values
record BarChart(String title, String unit, List<Bar> bars) implements Chart {

	private static final int LABELS = 150;

	private static final int MAX_BAR = 44;

	/// One bar.
	///
	/// @param parts values by name, in order
	record Bar(String name, Map<String, Double> parts) {

		double sum() {
			return this.parts.values().stream().mapToDouble(Double::doubleValue).sum();
		}

	}

	@Override
	public void draw(Svg svg) {
		double max = this.bars.stream().mapToDouble(Bar::sum).max().orElse(0) * 1.15;
		if (max <= 0) {
			return;
		}
		double perUnit = (Svg.RIGHT - LABELS) / max;
		for (double tick : Scale.LINEAR.ticks(0, max)) {
			svg.line("grid", LABELS + tick * perUnit, Svg.TOP, LABELS + tick * perUnit, Svg.BOTTOM);
			svg.text("x", LABELS + tick * perUnit, Svg.BOTTOM + 16, Scale.text(tick));
		}
		svg.text("label", (LABELS + Svg.RIGHT) / 2.0, Svg.BOTTOM + 34, this.unit);
		List<String> names = names();
		double step = (double) (Svg.BOTTOM - Svg.TOP) / this.bars.size();
		double height = Math.min(MAX_BAR, step * 0.7);
		for (int i = 0; i < this.bars.size(); i++) {
			Bar bar = this.bars.get(i);
			double y = Svg.TOP + step * i + (step - height) / 2;
			svg.text("y", LABELS - 8, y + height / 2 + 4, bar.name);
			double x = LABELS;
			for (Map.Entry<String, Double> part : bar.parts.entrySet()) {
				double width = part.getValue() * perUnit;
				svg.box(names.indexOf(part.getKey()), x, y, width, height,
						"%s: %s %s".formatted(part.getKey(), Scale.text(part.getValue()), this.unit));
				x += width;
			}
			svg.text("value", x + 6, y + height / 2 + 4, Scale.text(Math.round(bar.sum() * 10) / 10.0));
		}
		svg.legend(names);
	}

	private List<String> names() {
		List<String> names = new ArrayList<>();
		this.bars
			.forEach((bar) -> bar.parts.keySet().stream().filter((name) -> !names.contains(name)).forEach(names::add));
		return names;
	}

}
