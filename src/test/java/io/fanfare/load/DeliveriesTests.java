package io.fanfare.load;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveriesTests {

	private final Published published = new Published(2);

	private final Deliveries deliveries = new Deliveries(2, this.published);

	@Test
	void countsAsToldWhatLiesWithinAGapOfTheSession() {
		publish(0, 5);
		receive(0, 0, 4);
		gap(0, 101, 104, -1);

		assertThat(this.deliveries.faults()).isEqualTo(new Faults(0, 3, 0, 0, 0, 0, 0));
		assertThat(this.deliveries.hasAll(0)).isTrue();
	}

	@Test
	void countsAsLostWhatLiesBeyondTheGapOrWasToldToAnotherSession() {
		publish(0, 5);
		receive(0, 0, 4);
		gap(0, 101, 103, -1);
		gap(1, 103, 104, -1);

		assertThat(this.deliveries.faults()).isEqualTo(new Faults(1, 2, 0, 0, 0, 0, 0));
		assertThat(this.deliveries.hasAll(0)).isFalse();
	}

	@Test
	void holdsACountOfAGapAgainstWhatIsMissingInIt() {
		publish(0, 5);
		receive(0, 0, 4);
		gap(0, 101, 104, 2);

		assertThat(this.deliveries.faults()).isEqualTo(new Faults(0, 3, 0, 0, 0, 0, 1));
	}

	@Test
	void countsWhatComesToAnotherSessionAsMisdirected() {
		publish(0, 1);
		this.deliveries.received(1, new Stamp(0, 0, 0, 0), 0);

		assertThat(this.deliveries.faults()).isEqualTo(new Faults(1, 0, 0, 0, 0, 1, 0));
	}

	@Test
	void isCompleteOnceAllHasComeAndTheSessionIsLive() {
		publish(0, 2);
		Completion completion = new Completion(this.deliveries, new SessionRange(0, 2), true, 0);
		this.deliveries.complete(completion);
		receive(0, 0, 1);
		this.deliveries.caughtUp(1, 7);

		assertThat(completion.left()).isEqualTo(1);

		this.deliveries.caughtUp(0, 9);

		assertThat(completion.left()).isZero();
		assertThat(completion.times().getMaxValue()).isEqualTo(9);
	}

	private void publish(int session, int records) {
		for (int i = 0; i < records; i++) {
			int sequence = this.published.take(session);
			this.published.at(session, sequence, 3, 100 + sequence);
		}
	}

	private void receive(int session, int... sequences) {
		for (int sequence : sequences) {
			this.deliveries.received(session, new Stamp(session, sequence, 0, 0), 0);
		}
	}

	private void gap(int session, long from, long to, long count) {
		this.deliveries.gap(session, new Gap("window", BrokerMain.USER_TOPIC, 3, from, to, count), 0);
	}

}
