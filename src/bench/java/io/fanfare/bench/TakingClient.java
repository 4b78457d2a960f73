package io.fanfare.bench;

import java.time.Duration;

import io.fanfare.session.Client;
import io.fanfare.session.Gap;
import io.fanfare.session.Session;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Frame;
import reactor.core.publisher.BaseSubscriber;

/// A client that takes whatever it is given and writes nothing.
final class TakingClient implements Client {

	private final Session session;

	TakingClient(Session session) {
		this.session = session;
	}

	@Override
	public void opened(boolean resumed) {
		this.session.outbox().subscribe(new BaseSubscriber<Frame>() {
		});
	}

	@Override
	public void gap(Gap gap) {
		throw new IllegalStateException(gap.toString());
	}

	@Override
	public void caughtUp(long replayed) {
		// Nothing to tell.
	}

	@Override
	public void flush() {
		this.session.wantMore();
	}

	@Override
	public void goAway(Duration retryAfter) {
		// Nothing to tell.
	}

	@Override
	public void close(CloseCode code) {
		throw new IllegalStateException(code.toString());
	}

}
