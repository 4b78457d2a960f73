package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import io.fanfare.notification.HeadUpdate;
import io.fanfare.wire.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop as the sessions on it see it: what is offered to one in one go is flushed in
/// one go, with the cursor that holds once all of the record batch has been offered.
///
/// A move of Head with which nothing is offered here wakes nobody: it waits until somebody
/// looks at Head, or something else is posted, and is applied in the order in which the log
/// thread made it.
///
/// Threads: on the event loop, but for [#execute(Session, Runnable)], and for what says that it
/// is on the log thread.
public final class SessionLoop {

	private static final Logger logger = LoggerFactory.getLogger(SessionLoop.class);

	/// Moves that may wait; with one more the loop is woken.
	static final int MAX_MOVES_WAITING = 64;

	private final Executor eventLoop;

	private final Sessions sessions;

	private final SessionMeters meters;

	private final List<Session> toFlush = new ArrayList<>();

	private final Queue<Move> moves = new ConcurrentLinkedQueue<>();

	private LogView view = new LogView();

	/// Number of the newest task in order that has begun.
	private long begun;

	/// Number of the newest task in order; owned by the log thread.
	private long posted;

	/// Moves that have waited since then, at most; owned by the log thread.
	private int movesWaiting;

	/// Whether the loop has been given what the log thread knew; owned by the log thread.
	private boolean primed;

	/// Deliveries of the record batch that the log thread is working on.
	private LoopBatch openBatch = new LoopBatch(null, 0);

	SessionLoop(Executor eventLoop, Sessions sessions, SessionMeters meters) {
		this.eventLoop = eventLoop;
		this.sessions = sessions;
		this.meters = meters;
	}

	/// Runs a session's task on the event loop and flushes what it offered; what fails
	/// in it ends the session. Any thread.
	void execute(Session session, Runnable task) {
		this.eventLoop.execute(() -> run(session, task));
	}

	/// Runs a session's task as [#execute(Session, Runnable)] does, with Head where it is
	/// when the task is posted, at least. On the log thread.
	void executeInOrder(Session session, Runnable task) {
		inOrder(() -> run(session, task));
	}

	private void run(Session session, Runnable task) {
		try {
			task.run();
		}
		// An error, too: the session would be here and never be told.
		catch (RuntimeException | Error ex) {
			logger.error("A task of session {} failed", session.id(), ex);
			session.fail();
		}
		flush();
	}

	private void inOrder(Runnable task) {
		long number = ++this.posted;
		this.movesWaiting = 0;
		this.eventLoop.execute(() -> {
			try {
				takeMoves();
			}
			finally {
				this.begun = number;
				task.run();
			}
		});
	}

	/// Returns the log as far as it has been offered here, and the batch that is being
	/// offered.
	LogView view() {
		takeMoves();
		return this.view;
	}

	/// Moves Head by what has waited, but for what lies behind a task that has yet to
	/// begin.
	private void takeMoves() {
		for (Move move = this.moves.peek(); move != null && move.behind <= this.begun; move = this.moves.peek()) {
			this.moves.remove();
			this.view.apply(move.update);
		}
	}

	Sessions sessions() {
		return this.sessions;
	}

	/// Gives a new loop what the log thread knows. On the log thread.
	void prime(LogView known) {
		if (!this.primed) {
			this.primed = true;
			LogView copy = known.copy();
			inOrder(() -> this.view = copy);
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

	/// Adds one delivery to each of these to the open batch. On the log thread.
	void add(Roster roster, Frame frame) {
		this.openBatch.add(roster, frame);
	}

	int openDeliveries() {
		return this.openBatch.deliveries();
	}

	/// Sends the open batch to the event loop: Head moves to where each session is when
	/// it has what the batch has for it, then come the offers. On the log thread.
	/// @param done run once, when all is offered and flushed
	void post(HeadUpdate update, Runnable done) {
		LoopBatch batch = this.openBatch;
		if (batch.isNothing() && update.begun().isEmpty() && this.movesWaiting < MAX_MOVES_WAITING) {
			this.movesWaiting++;
			this.moves.add(new Move(this.posted, update));
			done.run();
			return;
		}
		this.openBatch = new LoopBatch(null, batch.frames());
		inOrder(() -> {
			try {
				deliver(batch, update);
				flush();
				batch.record(this.meters);
			}
			finally {
				done.run();
			}
		});
	}

	private void deliver(LoopBatch batch, HeadUpdate update) {
		LogView.Position before;
		try {
			before = this.view.position(update.slots());
			apply(update);
		}
		catch (RuntimeException | Error ex) {
			batch.fail();
			throw ex;
		}
		batch.deliver(before);
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
		this.openBatch = new LoopBatch(batch, batch.frames());
		this.eventLoop.execute(() -> {
			batch.deliver(this.view.position(HeadUpdate.NONE.slots()));
			flush();
			batch.record(this.meters);
		});
	}

	/// Where Head moves, and nothing is offered.
	///
	/// @param behind number of the task that comes before
	private record Move(long behind, HeadUpdate update) {
	}

}
