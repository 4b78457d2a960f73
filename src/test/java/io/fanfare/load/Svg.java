package io.fanfare.load;

import java.util.List;
import java.util.Locale;

import org.springframework.web.util.HtmlUtils;

/// A canvas of 720 by 380 with room for a legend and axes. Colours are named by classes, so that the page
/// chooses them.
@SuppressWarnings("AnnotateFormatMethod") // The annotation is not among our dependencies.
final class Svg {

	static final int WIDTH = 720;

	static final int HEIGHT = 380;

	static final int LEFT = 70;

	static final int RIGHT = WIDTH - 20;

	static final int TOP = 56;

	static final int BOTTOM = HEIGHT - 50;

	/// How many colours there are.
	static final int COLOURS = 8;

	private final StringBuilder out = new StringBuilder();

	Svg(String title) {
		add("<svg viewBox='0 0 %d %d' role='img'><title>%s</title>", WIDTH, HEIGHT, HtmlUtils.htmlEscape(title));
	}

	private void add(String format, Object... arguments) {
		this.out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
	}

	void line(String style, double x1, double y1, double x2, double y2) {
		add("<line class='%s' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", style, x1, y1, x2, y2);
	}

	void text(String style, double x, double y, String text) {
		add("<text class='%s' x='%.1f' y='%.1f'>%s</text>", style, x, y, HtmlUtils.htmlEscape(text));
	}

	/// Writes along the left edge, upwards.
	void textUpwards(double x, double y, String text) {
		add("<text class='label' transform='translate(%.1f %.1f) rotate(-90)'>%s</text>", x, y,
				HtmlUtils.htmlEscape(text));
	}

	void polyline(int colour, List<double[]> points) {
		StringBuilder path = new StringBuilder();
		points.forEach((point) -> path.append(String.format(Locale.ROOT, "%.1f,%.1f ", point[0], point[1])));
		add("<polyline class='line c%d' points='%s'/>", colour % COLOURS, path.toString().strip());
	}

	/// Draws a mark that tells its value when pointed at.
	void dot(int colour, double x, double y, String tip) {
		add("<circle class='dot c%d' cx='%.1f' cy='%.1f' r='3'><title>%s</title></circle>", colour % COLOURS, x, y,
				HtmlUtils.htmlEscape(tip));
	}

	/// Draws a box that tells its value when pointed at.
	void box(int colour, double x, double y, double width, double height, String tip) {
		add("<rect class='box c%d' x='%.1f' y='%.1f' width='%.1f' height='%.1f'><title>%s</title></rect>",
				colour % COLOURS, x, y, Math.max(0, width), height, HtmlUtils.htmlEscape(tip));
	}

	/// Writes the names of the colours above the drawing, in two rows at most.
	void legend(List<String> names) {
		double x = LEFT;
		double y = 8;
		for (int i = 0; i < Math.min(names.size(), COLOURS); i++) {
			double width = 34 + 6.8 * names.get(i).length();
			if (x + width > RIGHT) {
				x = LEFT;
				y += 20;
			}
			box(i, x, y, 12, 12, names.get(i));
			text("name", x + 17, y + 10, names.get(i));
			x += width;
		}
	}

	@Override
	public String toString() {
		return this.out + "</svg>";
	}

}
