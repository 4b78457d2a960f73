package io.fanfare.session;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EpochHistoryTests {

	private final EpochHistory history = new EpochHistory();

	@Test
	void knowsNothingBeforeTheFirstRecord() {
		assertThat(this.history.before(0)).isEqualTo(-1);
		assertThat(this.history.before(100)).isEqualTo(-1);
		assertThat(this.history.endOf(0)).isEqualTo(EpochHistory.OPEN);
		assertThat(this.history.endsWithin(0)).isFalse();
	}

	@Test
	void tellsTheEpochOfTheRecordBeforeAnOffset() {
		note(0, 10, 2, 20, 3, 30);

		assertThat(this.history.before(10)).as("nothing was read before").isEqualTo(-1);
		assertThat(this.history.before(11)).isZero();
		assertThat(this.history.before(20)).isZero();
		assertThat(this.history.before(21)).isEqualTo(2);
		assertThat(this.history.before(1000)).isEqualTo(3);
	}

	@Test
	void endsAnEpochWhereTheNextOneBegins() {
		note(0, 10, 2, 20, 3, 30);

		assertThat(this.history.endOf(0)).isEqualTo(20);
		assertThat(this.history.endOf(1)).as("of which no record is left").isEqualTo(20);
		assertThat(this.history.endOf(2)).isEqualTo(30);
		assertThat(this.history.endOf(3)).isEqualTo(EpochHistory.OPEN);
		assertThat(this.history.endOf(4)).isEqualTo(EpochHistory.OPEN);
	}

	@Test
	void endsNoEpochThatIsNotKnown() {
		note(0, 10, 2, 20);

		assertThat(this.history.endOf(-1)).isEqualTo(EpochHistory.OPEN);
		assertThat(this.history.endsWithin(-1)).isFalse();
	}

	@Test
	void saysWhetherTheEndItselfWasRead() {
		note(2, 20, 3, 30);

		assertThat(this.history.endOf(1)).isEqualTo(20);
		assertThat(this.history.endsWithin(1)).as("may have ended earlier").isFalse();
		assertThat(this.history.endsWithin(2)).isTrue();
		assertThat(this.history.endsWithin(3)).isFalse();
	}

	@Test
	void passesOverRepeatsAndRecordsOfNoEpoch() {
		note(-1, 5, 1, 10, 1, 11, -1, 12, 1, 13, 0, 14);

		assertThat(this.history.before(1000)).isEqualTo(1);
		assertThat(this.history.endOf(0)).isEqualTo(10);
		assertThat(this.history.endOf(1)).isEqualTo(EpochHistory.OPEN);
	}

	@Test
	void keepsACopyApart() {
		note(1, 10, 2, 20);
		EpochHistory copy = new EpochHistory(this.history);

		note(3, 30);
		copy.note(4, 40);

		assertThat(this.history.endOf(2)).isEqualTo(30);
		assertThat(copy.endOf(2)).isEqualTo(40);
	}

	@Test
	void keepsWhatIsBeforeAnOffset() {
		note(0, 10, 2, 20, 3, 30);

		EpochHistory before = this.history.upTo(25);
		before.note(5, 25);

		assertThat(before.before(25)).isEqualTo(2);
		assertThat(before.endOf(2)).isEqualTo(25);
		assertThat(before.endOf(3)).isEqualTo(25);
		assertThat(this.history.endOf(2)).isEqualTo(30);
		assertThat(this.history.upTo(10).before(1000)).isEqualTo(-1);
	}

	/// @param epochsAndOffsets epoch and offset of records, in turn
	private void note(int... epochsAndOffsets) {
		for (int i = 0; i < epochsAndOffsets.length; i += 2) {
			this.history.note(epochsAndOffsets[i], epochsAndOffsets[i + 1]);
		}
	}

}
