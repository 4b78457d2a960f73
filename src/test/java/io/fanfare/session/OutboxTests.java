package io.fanfare.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import io.fanfare.notification.Notification;
import io.fanfare.notification.Notification.CollapseKey;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class OutboxTests {

	private Instant now = Instant.ofEpochMilli(1000);

	private final Outbox outbox = new Outbox(4, 100, () -> this.now);

	@Test
	void handsFramesOnInOrderAsTheyAreRequested() {
		Frame one = frame(1);
		Frame two = frame(2);
		Frame three = frame(3);
		this.outbox.offer(one);
		this.outbox.offer(two);

		StepVerifier.create(this.outbox, 0)
			.thenRequest(1)
			.expectNext(one)
			.thenRequest(2)
			.expectNext(two)
			.then(() -> this.outbox.offer(three))
			.expectNext(three)
			.thenCancel()
			.verify();
	}

	@Test
	void keepsWhatWasNotRequested() {
		StepVerifier.create(this.outbox, 1).expectSubscription().then(() -> {
			this.outbox.offer(frame(1));
			this.outbox.offer(frame(2));
			this.outbox.offer(frame(3));
		}).expectNextCount(1).then(() -> assertThat(this.outbox.size()).isEqualTo(2)).thenCancel().verify();
	}

	/// Reactive Streams §3.3: the recursion is bounded.
	@Test
	void mayBeAskedForMoreFromWithinOnNext() {
		Outbox large = new Outbox(20_000, 10_000_000, () -> this.now);
		for (int i = 0; i < 20_000; i++) {
			large.offer(frame(1));
		}
		Received received = new Received(1, (_) -> {
		});

		large.subscribe(received);

		assertThat(received.frames).hasSize(20_000);
		assertThat(large.isEmpty()).isTrue();
	}

	@Test
	void keepsTheOrderOfWhatIsOfferedFromWithinOnNext() {
		Frame[] frames = { frame(1), frame(2), frame(3), frame(4) };
		this.outbox.offer(frames[0]);
		this.outbox.offer(frames[1]);
		Received received = new Received(Long.MAX_VALUE, (count) -> {
			if (count == 1) {
				this.outbox.offer(frames[2]);
				this.outbox.offer(frames[3]);
			}
		});

		this.outbox.subscribe(received);

		assertThat(received.frames).containsExactly(frames);
	}

	/// Reactive Streams §3.17.
	@Test
	void takesAnEffectivelyUnboundedDemand() {
		Received received = new Received(Long.MAX_VALUE, (_) -> {
		});
		this.outbox.subscribe(received);
		received.request(Long.MAX_VALUE);
		received.request(1);

		for (int i = 0; i < 50; i++) {
			assertThat(this.outbox.offer(frame(99))).isEqualTo(OfferResult.ACCEPTED);
		}

		assertThat(received.frames).hasSize(50);
	}

	/// Reactive Streams §3.9.
	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void failsOnABadRequest(long n) {
		Received received = new Received(0, (_) -> {
		});
		this.outbox.subscribe(received);

		received.subscription().request(n);

		assertThat(received.failure).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3.9");
		assertThat(this.outbox.offer(frame(1))).isEqualTo(OfferResult.CLOSED);
	}

	@Test
	void hasOneSubscriber() {
		this.outbox.subscribe(new Received(0, (_) -> {
		}));

		assertThatIllegalStateException().isThrownBy(() -> this.outbox.subscribe(new Received(0, (_) -> {
		})));
	}

	@Test
	void emitsNothingOnceCancelled() {
		this.outbox.offer(frame(1));
		this.outbox.offer(frame(2));
		Received received = new Received(0, (count) -> this.outbox.cancel());
		this.outbox.subscribe(received);

		received.request(10);

		assertThat(received.frames).hasSize(1);
		assertThat(this.outbox.offer(frame(3))).isEqualTo(OfferResult.CLOSED);
		assertThat(this.outbox.isEmpty()).isTrue();
		assertThat(this.outbox.bytes()).isZero();
	}

	@Test
	void emitsNothingWhereItIsAskedAfterItWasCancelled() {
		this.outbox.offer(frame(1));
		Received received = new Received(0, (_) -> {
		});
		this.outbox.subscribe(received);
		this.outbox.cancel();

		received.subscription().request(1);

		assertThat(received.frames).isEmpty();
	}

	@Test
	void refusesTheFrameThatWouldExceedTheFrameBound() {
		for (int i = 0; i < 4; i++) {
			assertThat(this.outbox.offer(frame(1))).isEqualTo(OfferResult.ACCEPTED);
		}

		assertThat(this.outbox.offer(frame(1))).isEqualTo(OfferResult.OVERFLOW);
		assertThat(this.outbox.size()).isEqualTo(4);
	}

	@Test
	void refusesTheFrameThatWouldExceedTheByteBound() {
		this.outbox.offer(frame(50));

		assertThat(this.outbox.offer(frame(51))).isEqualTo(OfferResult.OVERFLOW);
		assertThat(this.outbox.offer(frame(50))).isEqualTo(OfferResult.ACCEPTED);
		assertThat(this.outbox.bytes()).isEqualTo(100);
	}

	@Test
	void takesOneFrameOfAnySizeWhileItIsEmpty() {
		assertThat(this.outbox.offer(frame(100_000))).isEqualTo(OfferResult.ACCEPTED);
		assertThat(this.outbox.offer(frame(2))).isEqualTo(OfferResult.OVERFLOW);
	}

	@Test
	void keepsOnlyTheNewestOfEqualCollapseKeysAtItsOwnPlace() {
		Frame old = frame(10, "k", Notification.NEVER);
		Frame other = frame(10, "other", Notification.NEVER);
		Frame anew = frame(20, "k", Notification.NEVER);
		this.outbox.offer(old);
		this.outbox.offer(other);
		this.outbox.offer(anew);

		assertThat(this.outbox.bytes()).isEqualTo(30);
		StepVerifier.create(this.outbox, 9).expectNext(other, anew).thenCancel().verify();
	}

	@Test
	void makesRoomForANewerFrameOfTheSameKey() {
		this.outbox.offer(frame(50, "k", Notification.NEVER));
		this.outbox.offer(frame(50));

		assertThat(this.outbox.offer(frame(50, "k", Notification.NEVER))).isEqualTo(OfferResult.ACCEPTED);
	}

	@Test
	void leavesOutWhatExpiredWhileItWasQueued() {
		Frame lasting = frame(1);
		this.outbox.offer(frame(1, null, 2000));
		this.outbox.offer(lasting);
		this.now = Instant.ofEpochMilli(2000);

		StepVerifier.create(this.outbox, 1).expectNext(lasting).thenCancel().verify();
	}

	@Test
	void deliversWhatHasNotExpiredYet() {
		Frame fleeting = frame(1, null, 2000);
		this.outbox.offer(fleeting);
		this.now = Instant.ofEpochMilli(1999);

		StepVerifier.create(this.outbox, 1).expectNext(fleeting).thenCancel().verify();
	}

	/// @param size bytes of the whole frame
	private static Frame frame(int size) {
		return frame(size, null, Notification.NEVER);
	}

	private static Frame frame(int size, @Nullable String collapseKey, long expiresAt) {
		int header = (size < 128) ? 2 : (size <= 0xFFFF) ? 4 : 10;
		return Frame.of(
				new Notification(new byte[0], new byte[Math.max(0, size - header)], 0, expiresAt,
						(collapseKey != null) ? new CollapseKey("t", "/s", collapseKey) : null),
				0, 0, "sub", List.of());
	}

	/// Asks for one more at each frame, unless everything was asked for.
	private static final class Received extends BaseSubscriber<Frame> {

		private final List<Frame> frames = new ArrayList<>();

		private final long demand;

		private final LongConsumer onNext;

		private @Nullable Throwable failure;

		Received(long demand, LongConsumer onNext) {
			this.demand = demand;
			this.onNext = onNext;
		}

		Subscription subscription() {
			return upstream();
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (this.demand > 0) {
				subscription.request(this.demand);
			}
		}

		@Override
		protected void hookOnNext(Frame frame) {
			this.frames.add(frame);
			this.onNext.accept(this.frames.size());
			if (this.demand == 1) {
				request(1);
			}
		}

		@Override
		protected void hookOnError(Throwable ex) {
			this.failure = ex;
		}

	}

}
