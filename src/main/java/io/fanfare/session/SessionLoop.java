package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.wire.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop as the sessions on it see it: what is offered to one in one go is flushed in
/// one go, with the cursor that holds once all of the record batch has been offered.
///
/// Threads: on the event loop, but for [#execute(Runnable)], and for the open batch, which
/// the log thread owns.
public final class SessionLoop {

	private static final Logger logger = LoggerFactory.getLogger(SessionLoop.class);

	private final Executor eventLoop;

	private final Sessions sessions;

	private final SessionMeters meters;

	private final List<Session> toFlush = new ArrayList<>();

	private LogView view = new LogView();

	/// Whether the loop has been given what the log thread knew; owned by the log thread.
	private boolean primed;

	/// Deliveries of the record batch that the log thread is working on.
	private LoopBatch openBatch = new LoopBatch(null, 0);

	SessionLoop(Executor eventLoop, Sessions sessions, SessionMeters meters) {
		this.eventLoop = eventLoop;
		this.sessions = sessions;
		this.meters = meters;
	}

	/// Runs a task on the event loop and flushes what it offered. Any thread.
	public void execute(Runnable task) {
		this.eventLoop.execute(() -> {
			try {
				task.run();
			}
			finally {
				flush();
			}
		});
	}

	/// Returns the log as far as it has been offered here, and the batch that is being
	/// offered.
	LogView view() {
		return this.view;
	}

	Sessions sessions() {
		return this.sessions;
	}

	/// Gives a new loop what the log thread knows. On the log thread.
	void prime(LogView known) {
		if (!this.primed) {
			this.primed = true;
			LogView copy = known.copy();
			this.eventLoop.execute(() -> this.view = copy);
		}
	}

	void flushLater(Session session) {
		this.toFlush.add(session);
	}

	private void flush() {
		// By index, because a session that fails here may offer a last frame.
		for (int i = 0; i < this.toFlush.size(); i++) {
			flush(this.toFlush.get(i));
		}
		this.toFlush.clear();
	}

	static void flush(Session session) {
		try {
			session.flush();
		}
		// An error, too: the sessions after this one would wait for theirs.
		catch (RuntimeException | Error ex) {
			logger.error("Writing to session {} failed", session.id(), ex);
			session.fail();
		}
	}

	/// Adds one delivery to the open batch. On the log thread.
	void add(Session session, Frame frame) {
		this.openBatch.add(session, frame);
	}

	int openDeliveries() {
		return this.openBatch.size();
	}

	/// Sends the open batch to the event loop: Head moves to where each session is when
	/// it has what the batch has for it, then come the offers. On the log thread.
	/// @param done run on the event loop when all is offered and flushed
	void post(HeadUpdate update, Runnable done) {
		LoopBatch batch = this.openBatch;
		this.openBatch = new LoopBatch(null, batch.size());
		this.eventLoop.execute(() -> {
			try {
				LogView.Position before = this.view.position(update.slots());
				apply(update);
				batch.deliver(before);
				flush();
				batch.record(this.meters);
			}
			finally {
				done.run();
			}
		});
	}

	/// Moves Head. Where a partition begins anew, this replica may have missed something
	/// of it: sessions go on from where they are, and learn what the log still has.
	private void apply(HeadUpdate update) {
		long[] before = update.begun().isEmpty() ? new long[0] : this.view.head();
		for (int slot : this.view.apply(update)) {
			TopicView topic = this.view.topic(slot);
			this.sessions.forEach((session) -> {
				if (session.loop() == this && topic.isReadBy(session.audience().claims())) {
					session.fallBehind(before);
				}
			});
		}
	}

	/// Sends what the open batch holds so far; Head stays. On the log thread.
	void postEarly() {
		LoopBatch batch = this.openBatch;
		this.openBatch = new LoopBatch(batch, batch.size());
		this.eventLoop.execute(() -> {
			batch.deliver(this.view.position(HeadUpdate.NONE.slots()));
			flush();
			batch.record(this.meters);
		});
	}

}
