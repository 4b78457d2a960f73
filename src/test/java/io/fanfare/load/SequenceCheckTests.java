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

	@Test
	void allowsANewConnectionToRepeatWhatTheOneBeforeHad() {
		receive(0, 1, 2);
		this.check.reconnected();
		receive(1, 2, 3);

		assertFaults(4, 0, 0, 0);
		assertThat(this.check.repeated()).isEqualTo(2);
	}

	@Test
	void allowsANewConnectionToBringWhatTheOneBeforeLeftOut() {
		receive(0, 3);
		this.check.reconnected();
		receive(1, 2, 3, 4);

		assertFaults(5, 0, 0, 0);
	}

	@Test
	void countsWhatANewConnectionRepeatsTwiceAsDuplicate() {
		receive(0, 1, 2);
		this.check.reconnected();
		receive(1, 2, 1);

		assertFaults(3, 0, 1, 0);
	}

	@Test
	void tellsWhichNeverCame() {
		receive(0, 2, 4);

		assertThat(this.check.missing(7)).containsExactlyInAnyOrder(1, 3, 5, 6);
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
