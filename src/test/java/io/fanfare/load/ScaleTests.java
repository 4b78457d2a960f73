package io.fanfare.load;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ScaleTests {

	@Test
	void writesAFewRoundValuesFromZero() {
		assertThat(Scale.LINEAR.ticks(0, 47)).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0);
		assertThat(Scale.LINEAR.ticks(0, 8)).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0);
		assertThat(Scale.LINEAR.ticks(0, 14_000)).hasSize(8);
	}

	@Test
	void writesPowersOfTen() {
		assertThat(Scale.LOG.ticks(0.1, 100)).containsExactly(0.1, 1.0, 10.0, 100.0);
	}

	@Test
	void setsEachNineAsFarFromTheLast() {
		double first = Scale.PERCENTILE.position(99) - Scale.PERCENTILE.position(90);
		double second = Scale.PERCENTILE.position(99.9) - Scale.PERCENTILE.position(99);

		assertThat(second).isCloseTo(first, within(1e-9));
	}

}
