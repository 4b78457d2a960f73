package io.fanfare.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.fanfare.wire.CloseCode;
import io.fanfare.wire.CursorText;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/// The far end of a simulated session: takes frames when told to, and remembers the cursor that
/// holds behind the last frame.
final class SimulatedClient implements Client, CoreSubscriber<Frame> {

	final List<Frame> received = new ArrayList<>();

	final List<Gap> gaps = new ArrayList<>();

	@Nullable Session session;

	@Nullable StepExecutor loop;

	@Nullable String cursor;

	/// Frames received when the cursor was taken.
	int receivedAtCursor;

	boolean resumed;

	boolean closed;

	int catchUps;

	/// Whether a write leaves at once, and so asks for more at each frame.
	boolean writesAtOnce;

	private @Nullable Subscription subscription;

	@Override
	public void opened(boolean fromCursor) {
		this.resumed = fromCursor;
		session().outbox().subscribe(this);
		noteCursor();
	}

	@Override
	public void onSubscribe(Subscription newSubscription) {
		this.subscription = newSubscription;
	}

	@Override
	public void onNext(Frame frame) {
		this.received.add(frame);
		if (this.writesAtOnce) {
			session().wantMore();
		}
	}

	@Override
	public void onError(Throwable ex) {
		throw new AssertionError(ex);
	}

	@Override
	public void onComplete() {
		throw new AssertionError("An outbox does not complete");
	}

	@Override
	public void gap(Gap gap) {
		this.gaps.add(gap);
	}

	@Override
	public void caughtUp(long replayed) {
		this.catchUps++;
	}

	@Override
	public void flush() {
		noteCursor();
		session().wantMore();
	}

	@Override
	public void goAway(Duration retryAfter) {
		// The close comes next.
	}

	@Override
	public void close(CloseCode code) {
		this.closed = true;
	}

	/// Asks for frames, as a task of the event loop.
	void read(int frames) {
		Objects.requireNonNull(this.loop).execute(() -> {
			if (this.subscription != null && !session().isOver()) {
				this.subscription.request(frames);
				noteCursor();
				session().wantMore();
			}
		});
	}

	/// Drops the connection, as a task of the event loop.
	void disconnect() {
		Objects.requireNonNull(this.loop).execute(() -> session().ended());
	}

	private void noteCursor() {
		CursorText known = session().cursor();
		if (session().outbox().isEmpty() && known != null) {
			this.cursor = known.toString();
			this.receivedAtCursor = this.received.size();
		}
	}

	private Session session() {
		return Objects.requireNonNull(this.session);
	}

}
