package io.fanfare.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Frame;
import io.fanfare.wire.FrameBytes;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// A client that notes what it is told, in order. Frames are noted by their payload.
final class TestClient implements Client, Subscriber<Frame> {

	private final List<String> told = new ArrayList<>();

	private final Session session;

	private @Nullable Subscription outbox;

	private boolean reading = true;

	/// Whether the client is told what the session's cursor is.
	private boolean cursors;

	private @Nullable List<String> order;

	private @Nullable Runnable failure;

	private boolean failsAtFlushesAlone;

	TestClient(Session session) {
		this.session = session;
	}

	Session session() {
		return this.session;
	}

	List<String> told() {
		return this.told;
	}

	/// Asks for no more than the one frame that is asked for already.
	void stopReading() {
		this.reading = false;
	}

	/// Notes with each frame and flush from now on whether the session knows a cursor.
	void noteCursors() {
		this.cursors = true;
	}

	/// Notes frames and flushes there as well, with the user.
	void noteIn(List<String> newOrder) {
		this.order = newOrder;
	}

	/// Fails at writes, at goaway and at closing from now on.
	/// @param how throws something
	void failAtWrites(Runnable how) {
		this.failure = how;
	}

	/// Fails at flushes and at closing from now on.
	/// @param how throws something
	void failAtFlushes(Runnable how) {
		this.failure = how;
		this.failsAtFlushesAlone = true;
	}

	private void failIf(boolean here) {
		if (here && this.failure != null) {
			this.failure.run();
		}
	}

	private void note(String event) {
		this.told.add(this.cursors ? event + ((this.session.cursor() != null) ? " with a cursor" : " without") : event);
		if (this.order != null) {
			this.order.add(this.session.user() + " " + event);
		}
	}

	@Override
	public void opened(boolean resumed) {
		this.told.add("live");
		this.session.outbox().subscribe(this);
	}

	@Override
	public void gap(Gap gap) {
		this.told.add("gap " + gap.reason().word());
	}

	@Override
	public void caughtUp(long replayed) {
		this.told.add("caught up " + replayed);
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.outbox = subscription;
		subscription.request(1);
	}

	@Override
	public void onNext(Frame frame) {
		failIf(!this.failsAtFlushesAlone);
		note(FrameBytes.text(frame));
		if (this.reading && this.outbox != null) {
			this.outbox.request(1);
		}
	}

	@Override
	public void onError(Throwable ex) {
		this.told.add("error");
	}

	@Override
	public void onComplete() {
		this.told.add("complete");
	}

	@Override
	public void flush() {
		failIf(this.failsAtFlushesAlone);
		note("flush");
	}

	@Override
	public void goAway(Duration retryAfter) {
		this.told.add("goaway");
		failIf(!this.failsAtFlushesAlone);
	}

	@Override
	public void close(CloseCode code) {
		this.told.add(code.name());
		failIf(true);
	}

}
