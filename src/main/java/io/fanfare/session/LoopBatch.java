package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;

import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deliveries to the sessions of one event loop, filled by the log thread and carried out by
/// the loop.
final class LoopBatch {

	private static final Logger logger = LoggerFactory.getLogger(LoopBatch.class);

	/// Deliveries that room is made for at once, at most.
	private static final int MAX_EXPECTED = 1024;

	private final List<Session> sessions;

	private final List<Frame> frames;

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
		this.sessions.add(session);
		this.frames.add(frame);
	}

	int size() {
		return this.sessions.size();
	}

	void deliver() {
		for (int i = 0; i < this.sessions.size(); i++) {
			Session session = this.sessions.get(i);
			try {
				OfferResult result = session.offer(this.frames.get(i));
				this.accepted += (result == OfferResult.ACCEPTED) ? 1 : 0;
				if (result == OfferResult.OVERFLOW) {
					this.overflowed++;
					session.lag(positions(session, i));
				}
			}
			catch (RuntimeException ex) {
				logger.error("Delivery to session {} failed", session.id(), ex);
				session.fail();
			}
		}
	}

	/// Returns the next offset by slot of a session that refused a delivery: behind
	/// what it took since Head moved, and for everything else Head as the loop sees
	/// it.
	private long[] positions(Session session, int refused) {
		long[] next = session.loop().view().head();
		for (LoopBatch batch = this; batch != null; batch = batch.earlier) {
			int taken = (batch == this) ? refused : batch.size();
			for (int i = 0; i < taken; i++) {
				if (batch.sessions.get(i) == session) {
					Frame frame = batch.frames.get(i);
					next[frame.slot()] = Math.max(next[frame.slot()], frame.offset() + 1);
				}
			}
		}
		return next;
	}

	/// Counts the deliveries; latency once per record, when all sessions of the loop have
	/// it.
	void record(SessionMeters meters) {
		meters.delivered(this.accepted, this.overflowed);
		Frame last = null;
		for (Frame frame : this.frames) {
			if (frame != last) {
				meters.latency(frame.timestamp());
				last = frame;
			}
		}
	}

}
