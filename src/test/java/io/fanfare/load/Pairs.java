package io.fanfare.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Processor time of a server, the gateway or another, and of raw Netty, measured in turn.
///
/// @param server microseconds for each delivery
/// @param floor the same of raw Netty, one for each of the server's; none where it was not
/// measured
record Pairs(List<Double> server, List<Double> floor) {

	/// Measures the gateway once.
	static Pairs alone(Half gateway) throws LoadException, InterruptedException {
		return new Pairs(List.of(gateway.micros()), List.of());
	}

	/// Measures both that often, each the first one in turn.
	static Pairs measure(int pairs, Half gateway, Half floor) throws LoadException, InterruptedException {
		Pairs measured = new Pairs(new ArrayList<>(), new ArrayList<>());
		for (int pair = 0; pair < pairs; pair++) {
			if (pair % 2 == 1) {
				measured.floor.add(floor.micros());
			}
			measured.server.add(gateway.micros());
			if (pair % 2 == 0) {
				measured.floor.add(floor.micros());
			}
		}
		return measured;
	}

	double serverMicros() {
		return Figures.median(this.server);
	}

	double floorMicros() {
		return Figures.median(this.floor);
	}

	/// Returns the median of the pairs' ratios.
	double ratio() {
		return Figures.median(ratios());
	}

	private List<Double> ratios() {
		List<Double> ratios = new ArrayList<>();
		for (int i = 0; i < this.floor.size(); i++) {
			ratios.add(this.server.get(i) / this.floor.get(i));
		}
		return ratios;
	}

	/// Adds what raw Netty needed, and how much more the server did.
	void compare(Map<String, Object> figures, List<String> lines) {
		figures.put("floorCpuMicrosPerDelivery", Figures.all(this.floor));
		figures.put("cpuRatioToFloor", Figures.all(ratios()));
		lines.add(
				Figures.line("raw Netty, CPU", "%.2f µs; ratio %.2f of %s", floorMicros(), ratio(), rounded(ratios())));
	}

	/// Adds what another server needed.
	void compare(String name, Map<String, Object> figures, List<String> lines) {
		figures.put(name,
				Map.of("cpuMicrosPerDelivery", Figures.all(this.server), "cpuRatioToFloor", Figures.all(ratios())));
		lines.add(Figures.line(name + ", CPU", "%.2f µs; ratio to raw Netty %.2f of %s", serverMicros(), ratio(),
				rounded(ratios())));
	}

	private static List<Double> rounded(List<Double> values) {
		return values.stream().map(Figures::rounded).toList();
	}

	/// One measurement.
	interface Half {

		/// Measures.
		/// @return microseconds of processor time for each delivery
		double micros() throws LoadException, InterruptedException;

	}

}
