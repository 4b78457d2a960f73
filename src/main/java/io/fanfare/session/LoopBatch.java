package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deliveries to the sessions of one event loop, filled by the log thread and carried out by
/// the loop, session by session: what one of them is given in one go is written before the next
/// one's turn, while the processor has it at hand.
final class LoopBatch {

	private static final Logger logger = LoggerFactory.getLogger(LoopBatch.class);

	/// Deliveries that room is made for at once, at most.
	private static final int MAX_EXPECTED = 1024;

	/// In the place of a delivery: there is none.
	private static final int END = Integer.MAX_VALUE;

	/// Those who are given each frame, or `null` where each frame has a session.
	private @Nullable Roster roster;

	/// By delivery: its session. Once they are linked, `null` where an earlier one is
	/// to the same.
	private List<@Nullable Session> sessions;

	private List<Frame> frames;

	/// By delivery: the next one to the same session, 0 where there is none; empty
	/// where each session has one delivery.
	private int[] following = {};

	/// The part of the same record batch that was sent early, or `null`.
	private final @Nullable LoopBatch earlier;

	private int accepted;

	private int overflowed;

	/// @param earlier the part of the same record batch that was sent early, or `null`
	/// @param expected about how many deliveries it will hold
	LoopBatch(@Nullable LoopBatch earlier, int expected) {
		this.earlier = earlier;
		int room = Math.min(expected, MAX_EXPECTED);
		this.sessions = new ArrayList<>(room);
		this.frames = new ArrayList<>(room);
	}

	void add(Session session, Frame frame) {
		separate();
		this.sessions.add(session);
		this.frames.add(frame);
	}

	/// Adds a delivery to each of these. They stay together as long as all that the batch
	/// has is for them.
	void add(Roster to, Frame frame) {
		if (this.frames.isEmpty() || to.equals(this.roster)) {
			this.frames.add(frame);
			this.roster = to;
			return;
		}
		separate();
		for (Session session : to.sessions()) {
			this.sessions.add(session);
			this.frames.add(frame);
		}
	}

	/// Gives each delivery its session where they were together.
	private void separate() {
		Roster together = this.roster;
		if (together == null) {
			return;
		}
		List<@Nullable Session> each = new ArrayList<>(deliveries());
		List<Frame> theirs = new ArrayList<>(deliveries());
		for (Frame frame : this.frames) {
			for (Session session : together.sessions()) {
				each.add(session);
				theirs.add(frame);
			}
		}
		// Only now: what fails before leaves the batch as it was.
		this.sessions = each;
		this.frames = theirs;
		this.roster = null;
	}

	/// Returns how many frames there are; where sessions are not together the same one
	/// counts once for each.
	int frames() {
		return this.frames.size();
	}

	int deliveries() {
		return (this.roster != null) ? this.roster.sessions().length * frames() : frames();
	}

	/// Whether no part of the record batch has a delivery.
	boolean isNothing() {
		return this.frames.isEmpty() && this.earlier == null;
	}

	/// Offers every session its frames, in order, and flushes it.
	/// @param head where Head was before the batch
	void deliver(LogView.Position head) {
		int next = 0;
		try {
			if (this.roster == null && frames() > 1) {
				link();
			}
			while (next < turns()) {
				Session session = turn(next);
				if (session != null && this.roster != null) {
					session.due(frames());
					deliver(session, 0, head);
				}
				else if (session != null) {
					deliver(session, next, head);
				}
				next++;
			}
		}
		finally {
			fail(next);
		}
	}

	/// Fails all that it has deliveries for.
	void fail() {
		fail(0);
	}

	/// Fails those who were not offered what Head counts.
	private void fail(int from) {
		for (int i = from; i < turns(); i++) {
			Session session = turn(i);
			if (session != null) {
				session.due(0);
				session.fail();
			}
		}
	}

	/// Returns how many turns of sessions there are, with those that fall out.
	private int turns() {
		return (this.roster != null) ? this.roster.sessions().length : this.sessions.size();
	}

	/// Returns whose turn it is, or `null` where the session had an earlier one.
	private @Nullable Session turn(int index) {
		return (this.roster != null) ? this.roster.sessions()[index] : this.sessions.get(index);
	}

	private void link() {
		for (int i = 0; i < frames(); i++) {
			Session session = Objects.requireNonNull(this.sessions.get(i));
			int before = session.due(i + 1) - 1;
			if (before >= 0) {
				if (this.following.length == 0) {
					this.following = new int[frames()];
				}
				this.following[before] = i;
				this.sessions.set(i, null);
			}
		}
	}

	/// Returns the next delivery to the same session, or [#END].
	private int following(int delivery) {
		if (this.roster != null) {
			return (delivery + 1 < frames()) ? delivery + 1 : END;
		}
		int next = (this.following.length > 0) ? this.following[delivery] : 0;
		return (next > 0) ? next : END;
	}

	private void deliver(Session session, int first, LogView.Position head) {
		boolean taken = false;
		try {
			for (int i = first; i != END; i = following(i)) {
				OfferResult result = session.offer(this.frames.get(i));
				if (result == OfferResult.ACCEPTED) {
					this.accepted++;
					taken = true;
				}
				else if (result == OfferResult.OVERFLOW) {
					this.overflowed++;
					session.lag(positions(session, first, i, head), head.time());
				}
			}
		}
		// An error, too: the sessions after this one would miss theirs in silence.
		catch (RuntimeException | Error ex) {
			logger.error("Delivery to session {} failed", session.id(), ex);
			session.fail();
		}
		session.due(0);
		if (taken) {
			SessionLoop.flush(session);
		}
	}

	/// Returns the next offset by slot of a session that refused a delivery: behind
	/// what it took since Head moved, and for everything else Head as it was then.
	private long[] positions(Session session, int first, int refused, LogView.Position head) {
		long[] next = head.restore(session.loop().view().head());
		for (LoopBatch batch = this.earlier; batch != null; batch = batch.earlier) {
			int earliest = batch.earliest(session);
			if (earliest >= 0) {
				batch.take(earliest, END, next);
			}
		}
		take(first, refused, next);
		return next;
	}

	/// Returns the first delivery to a session, -1 where there is none.
	private int earliest(Session session) {
		if (this.roster != null) {
			return this.roster.contains(session) ? 0 : -1;
		}
		return this.sessions.indexOf(session);
	}

	/// Puts next offsets by slot behind the deliveries to one session.
	/// @param end the delivery at which to stop
	private void take(int first, int end, long[] next) {
		for (int i = first; i < end; i = following(i)) {
			Frame frame = this.frames.get(i);
			next[frame.slot()] = Math.max(next[frame.slot()], frame.offset() + 1);
		}
	}

	/// Counts the deliveries; latency once per record, when all sessions of the loop have
	/// it, and not where nobody took anything.
	void record(SessionMeters meters) {
		meters.delivered(this.accepted, this.overflowed);
		if (this.accepted == 0) {
			return;
		}
		Frame last = null;
		for (Frame frame : this.frames) {
			if (frame != last) {
				meters.latency(frame.timestamp());
				last = frame;
			}
		}
	}

}
