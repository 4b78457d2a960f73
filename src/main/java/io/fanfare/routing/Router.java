package io.fanfare.routing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.Notification;
import io.fanfare.session.Fanout;
import io.fanfare.notification.HeadUpdate;
import io.fanfare.session.SessionSet;
import io.fanfare.session.Sessions;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.BadRecord;
import io.fanfare.wire.Frame;
import io.fanfare.wire.RecordDecoder;
import io.fanfare.wire.RecordDecoder.Decoded;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes each record of the log to the sessions it addresses: recipient, size, then, only
/// where a session is addressed, content, expiry, one encoding and one hand-off per loop.
///
/// Threads: [#route(List, HeadUpdate, Runnable)] from any; the work is done on the log thread.
public final class Router {

	private static final Logger logger = LoggerFactory.getLogger(Router.class);

	private final Sessions sessions;

	private final Executor logThread;

	private final Fanout fanout;

	private final Recipients recipients;

	private final BadRecords badRecords;

	private final InstantSource clock;

	/// Whom the record at hand is for.
	private final List<SessionSet> found = new ArrayList<>();

	private final Counter routed;

	private final Counter absent;

	private final Counter expired;

	private final Counter bad;

	/// Creates a router.
	/// @param logThread the thread that owns the sessions' index
	public Router(Sessions sessions, Executor logThread, Recipients recipients, DeadLetters deadLetters,
			InstantSource clock, MeterRegistry registry) {
		this.sessions = sessions;
		this.logThread = logThread;
		this.fanout = sessions.fanout();
		this.recipients = recipients;
		this.badRecords = new BadRecords(deadLetters, clock, registry);
		this.clock = clock;
		this.routed = FanfareMeter.RECORDS.counter(registry, "outcome", "routed");
		this.absent = FanfareMeter.RECORDS.counter(registry, "outcome", "absent");
		this.expired = FanfareMeter.RECORDS.counter(registry, "outcome", "expired");
		this.bad = FanfareMeter.RECORDS.counter(registry, "outcome", "bad");
	}

	/// Lets sessions in: the bound topics have been seen.
	public void topicsSeen() {
		this.sessions.openGate();
	}

	/// Names the cluster that is read, before the topics are seen.
	public void cluster(String clusterId) {
		this.sessions.cluster(clusterId);
	}

	/// Looks at sessions that wait ahead of this replica.
	/// @param ends read-committed ends by slot, -1 where none is known, asked for
	/// after the last look
	public void ends(long[] ends) {
		this.sessions.ends(ends);
	}

	/// Notes how far this replica is behind the log, for clients to know.
	public void ingestLag(Duration lag) {
		this.sessions.ingestLag(lag);
	}

	/// Routes records in the order given, then moves Head.
	/// @param done run once, when every event loop has flushed the records
	public void route(List<? extends LogRecord> records, HeadUpdate head, Runnable done) {
		this.logThread.execute(() -> {
			try {
				this.fanout.begin(head.begun());
				long now = this.clock.millis();
				for (LogRecord record : records) {
					routeOrPassBy(record, now).increment();
				}
				this.fanout.send(head, done);
			}
			// An error, too: Head will move over what nobody was offered.
			catch (RuntimeException | Error ex) {
				logger.error("Records could not be handed to the event loops, all sessions are ended", ex);
				this.sessions.fail();
			}
		});
	}

	/// What fails at one record does not take those after it along.
	private Counter routeOrPassBy(LogRecord record, long now) {
		try {
			return route(record, now);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Routing record {} failed", record.position(), ex);
			return passBy(record, BadRecord.UNDELIVERABLE);
		}
	}

	private Counter route(LogRecord record, long now) {
		return switch (this.recipients.of(record)) {
			case Recipients.Bad(BadRecord reason) -> passBy(record, reason);
			case Recipients.Named(List<byte[]> addresses) -> {
				this.fanout.keep(record, addresses, now);
				find(record.binding().addressBy(), addresses);
				yield this.found.isEmpty() ? this.absent : deliver(record, addresses, now);
			}
		};
	}

	private void find(String claim, List<byte[]> addresses) {
		this.found.clear();
		for (int i = 0; i < addresses.size(); i++) {
			SessionSet sessions = this.fanout.find(claim, addresses.get(i));
			if (sessions != null) {
				this.found.add(sessions);
			}
		}
	}

	private Counter deliver(LogRecord record, List<byte[]> addresses, long now) {
		return switch (RecordDecoder.decode(record)) {
			case Decoded.Bad(BadRecord reason) -> passBy(record, reason);
			case Decoded.Good(Notification notification) when notification.expiresAt() <= now -> this.expired;
			case Decoded.Good(Notification notification) -> {
				Frame frame = Frame.of(notification, record.slot(), record.offset(), record.binding().addressBy(),
						addresses);
				this.fanout.offer(this.found, frame);
				yield this.routed;
			}
		};
	}

	private Counter passBy(LogRecord record, BadRecord reason) {
		if (this.fanout.isWarmUp(record)) {
			// Another replica, or this one before, has counted and copied it.
			return this.bad;
		}
		this.badRecords.passBy(record, reason);
		return this.bad;
	}

}
