package io.fanfare.load;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// How values lie along an axis, and which of them are written there.
enum Scale {

	/// From zero.
	LINEAR {

		@Override
		double position(double value) {
			return value;
		}

		@Override
		List<Double> ticks(double min, double max) {
			double ten = Math.pow(10, Math.floor(Math.log10(max)));
			double nice = ten * ((max / ten >= 8) ? 2 : (max / ten >= 4) ? 1 : (max / ten >= 2) ? 0.5 : 0.2);
			return DoubleStream.iterate(0, (tick) -> tick <= max * 1.0001, (tick) -> tick + nice).boxed().toList();
		}

	},

	/// By powers of ten.
	LOG {

		@Override
		double position(double value) {
			return Math.log10(value);
		}

		@Override
		List<Double> ticks(double min, double max) {
			return DoubleStream
				.iterate(Math.pow(10, Math.floor(Math.log10(min) + 0.001)), (tick) -> tick <= max * 1.0001,
						(tick) -> tick * 10)
				.filter((tick) -> tick >= min * 0.9999)
				.boxed()
				.toList();
		}

	},

	/// Percentiles, the last ones far apart.
	PERCENTILE {

		@Override
		double position(double value) {
			return -Math.log10(1 - value / 100);
		}

		@Override
		List<Double> ticks(double min, double max) {
			return DoubleStream.of(0, 50, 90, 99, 99.9, 99.99, 99.999)
				.filter((tick) -> tick >= min && tick <= max * 1.000001)
				.boxed()
				.toList();
		}

	};

	/// Returns how far along the axis a value lies, in a unit of the axis's own.
	abstract double position(double value);

	/// Returns the values to write.
	abstract List<Double> ticks(double min, double max);

	/// Returns a value as it is written.
	static String text(double value) {
		if (value >= 1000) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		String text = String.format(Locale.ROOT, "%.3f", value);
		return text.replaceAll("\\.?0+$", "");
	}

}
