package io.fanfare.load;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SequenceCheckTests {

	private final SequenceCheck check = new SequenceCheck();

	@Test
	void findsNothingWhereAllCameInOrder() {
		receive(0, 1, 2);

		assertFaults(3, 0, 0, 0);
	}

	@Test
	void countsWhatNeverCameAsLost() {
		receive(0, 2, 3);

		assertFaults(6, 3, 0, 0);
	}

	@Test
	void countsWhatCameAgainAsDuplicate() {
		receive(0, 1, 1, 0, 2);

		assertFaults(3, 0, 2, 0);
	}

	@Test
	void countsWhatCameLateAsOutOfOrderAndNotAsLost() {
		receive(0, 3, 1, 2);

		assertFaults(4, 0, 0, 2);
	}

	@Test
	void countsALateOneThatComesTwiceAsBoth() {
		receive(0, 2, 1, 1);

		assertFaults(3, 0, 1, 1);
	}

	private void receive(int... sequences) {
		IntStream.of(sequences).forEach(this.check::received);
	}

	private void assertFaults(int published, int lost, int duplicates, int outOfOrder) {
		assertThat(this.check.lost(published)).as("lost").isEqualTo(lost);
		assertThat(this.check.duplicates()).as("duplicates").isEqualTo(duplicates);
		assertThat(this.check.outOfOrder()).as("out of order").isEqualTo(outOfOrder);
	}

}
