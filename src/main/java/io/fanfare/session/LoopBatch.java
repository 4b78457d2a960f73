package io.fanfare.session;

import java.util.ArrayList;
import java.util.List;

import io.fanfare.wire.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deliveries to the sessions of one event loop, filled by the log thread and carried out by
/// the loop.
final class LoopBatch {

	private static final Logger logger = LoggerFactory.getLogger(LoopBatch.class);

	private final List<Session> sessions = new ArrayList<>();

	private final List<Frame> frames = new ArrayList<>();

	private int accepted;

	private int overflowed;

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
				this.overflowed += (result == OfferResult.OVERFLOW) ? 1 : 0;
			}
			catch (RuntimeException ex) {
				logger.error("Delivery to session {} failed", session.id(), ex);
				session.fail();
			}
		}
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
