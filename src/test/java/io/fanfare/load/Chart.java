package io.fanfare.load;

/// A drawing for the report.
sealed interface Chart permits LineChart, BarChart {

	String title();

	/// Draws onto an empty canvas.
	void draw(Svg svg);

	/// Returns the chart as an SVG element.
	default String svg() {
		Svg svg = new Svg(title());
		draw(svg);
		return svg.toString();
	}

}
