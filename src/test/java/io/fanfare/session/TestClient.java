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

	private boolean writeFails;

	private boolean flushFails;

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

	/// Fails at writes and at closing from now on.
	void failAtWrites() {
		this.writeFails = true;
	}

	/// Fails at flushes and at closing from now on.
	void failAtFlushes() {
		this.flushFails = true;
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
		if (this.writeFails) {
			throw new IllegalStateException("cannot write");
		}
		this.told.add(FrameBytes.text(frame));
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
		if (this.flushFails) {
			throw new IllegalStateException("cannot flush");
		}
		this.told.add("flush");
	}

	@Override
	public void goAway(Duration retryAfter) {
		this.told.add("goaway");
	}

	@Override
	public void close(CloseCode code) {
		this.told.add(code.name());
		if (this.writeFails || this.flushFails) {
			throw new IllegalStateException("cannot close");
		}
	}

}
