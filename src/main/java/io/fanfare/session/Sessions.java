package io.fanfare.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.fanfare.journal.Journal;
import io.fanfare.journal.JournalProperties;
import io.fanfare.journal.OlderLog;
import io.fanfare.notification.Address;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Cursor;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// All sessions of this replica: admission, opening, ending. Safe for use by several threads.
public final class Sessions {

	/// 48 random bits: at a million sessions a day one pair in 300 years shares an id.
	private static final int ID_BYTES = 6;

	private final SecureRandom random = new SecureRandom();

	private final SessionProperties properties;

	private final InstantSource clock;

	private final Executor logThread;

	private final Executor later;

	private final SessionMeters meters;

	private final SessionIndex index = new SessionIndex();

	private final Map<Executor, SessionLoop> loopByExecutor = new ConcurrentHashMap<>();

	private final List<SessionLoop> loops = new CopyOnWriteArrayList<>();

	private final Replays replays;

	private final Fanout fanout;

	private final Set<Session> open = ConcurrentHashMap.newKeySet();

	private final AtomicInteger taken = new AtomicInteger();

	private final UserPlaces userPlaces;

	private final AtomicReference<Gate> gate = new AtomicReference<>(Gate.NOT_READY);

	private volatile int clusterHash;

	/// Written by the ingest thread, read by heartbeats.
	private volatile long ingestLagMs;

	/// Creates an empty set of sessions whose gate is not yet open.
	/// @param log what is older than the journal
	public Sessions(SessionProperties properties, Executor logThread, Executor later, Journal journal, OlderLog log,
			JournalProperties journalProperties, Recipients recipients, InstantSource clock, MeterRegistry registry) {
		this.properties = properties;
		this.logThread = logThread;
		this.later = later;
		this.clock = clock;
		this.userPlaces = new UserPlaces(properties.maxPerUser(), properties.userLimitPolicy());
		this.meters = new SessionMeters(registry, clock);
		this.replays = new Replays(properties, logThread, later, journal, log, journalProperties, recipients, clock,
				registry);
		this.fanout = new Fanout(this.index, this.loops, this.replays);
		FanfareMeter.SESSIONS.gauge(registry, this.open, Set::size);
	}

	/// Returns the hand-off to the sessions; for the log thread alone.
	public Fanout fanout() {
		return this.fanout;
	}

	/// Names the cluster that cursors are for. Before the gate opens.
	public void cluster(String clusterId) {
		this.clusterHash = Cursor.clusterHash(clusterId);
		this.logThread.execute(() -> this.replays.cluster(clusterId));
	}

	/// Looks at sessions that are behind or ahead of this replica: what is ahead of the
	/// log itself is moved back, and told.
	/// @param ends read-committed ends by slot, -1 where none is known
	public void ends(long[] ends) {
		this.logThread.execute(() -> this.replays.ends(ends));
	}

	/// Whether a cursor is for the cluster that this replica reads.
	public boolean isOfCluster(Cursor cursor) {
		return cursor.cluster() == this.clusterHash;
	}

	/// Lets sessions in, the topics having been seen. Does nothing once draining.
	public void openGate() {
		this.gate.compareAndSet(Gate.NOT_READY, Gate.OPEN);
	}

	/// Refuses new sessions from now on, for good.
	public void startDrain() {
		this.gate.set(Gate.DRAINING);
	}

	/// Returns whether sessions are let in.
	public Gate gate() {
		return this.gate.get();
	}

	/// Notes how far this replica is behind the log.
	public void ingestLag(Duration lag) {
		this.ingestLagMs = lag.toMillis();
	}

	/// Returns the time between two cursors of a session at most, while it receives.
	public Duration cursorInterval() {
		return this.properties.cursorInterval();
	}

	/// Returns what clients are told of what is left out.
	public SessionProperties.GapDetail gapDetail() {
		return this.properties.gapDetail();
	}

	/// Returns how far this replica is behind the log, in milliseconds.
	public long ingestLagMs() {
		return this.ingestLagMs;
	}

	/// Reserves a place for one session of the user.
	public Admission admit(String user) {
		Gate now = this.gate.get();
		if (now != Gate.OPEN) {
			return new Admission.Unavailable(now.reason());
		}
		if (this.taken.incrementAndGet() > this.properties.maxSessions()) {
			this.taken.decrementAndGet();
			return new Admission.Unavailable("full");
		}
		if (!this.userPlaces.take(user, (oldest) -> oldest.endLater(CloseCode.DISPLACED))) {
			this.taken.decrementAndGet();
			return new Admission.UserLimit();
		}
		return new Admission.Admitted(new Place(this, user));
	}

	/// Opens a session in a reserved place. On the event loop that the client belongs
	/// to; the client is told [Client#opened(boolean)] there, once the log thread
	/// knows it.
	/// @param place the place, given back when the session ends
	/// @param addresses what addresses the session
	/// @param expiresAt when the token expires
	/// @param eventLoop runs the session's tasks in order
	/// @param beginning where in the log it begins
	/// @param clients makes the client of the session
	public Session open(Place place, Set<Address> addresses, Instant expiresAt, Executor eventLoop, Beginning beginning,
			Clients clients) {
		Outbox outbox = new Outbox(this.properties.queueFrames(), this.properties.queueBytes().toBytes(), this.clock);
		Session session = new Session(newId(), place, addresses, expiresAt, loop(eventLoop), outbox, this::ended);
		session.client(clients.clientOf(session));
		this.open.add(session);
		this.userPlaces.opened(session);
		if (this.gate.get() == Gate.DRAINING) {
			// The drain may have gone through the open sessions before this one was among
			// them.
			session.endLater(CloseCode.DRAIN);
		}
		this.logThread.execute(() -> {
			this.index.add(session);
			this.replays.attach(session, beginning);
		});
		return session;
	}

	/// Returns how many sessions are open.
	public int size() {
		return this.open.size();
	}

	/// Passes each open session, from any thread.
	public void forEach(Consumer<Session> consumer) {
		this.open.forEach(consumer);
	}

	/// Fails every session, before Head moves on. On the log thread.
	public void fail() {
		this.open.forEach((session) -> session.loop().executeInOrder(session, session::fail));
	}

	void release(String user, @Nullable Session session) {
		this.userPlaces.release(user, session);
		this.taken.decrementAndGet();
	}

	void lag(Session session, long[] from, long time) {
		this.logThread.execute(() -> this.replays.lag(session, from, time));
	}

	void refresh(Session session, Audience fresh) {
		this.logThread.execute(() -> {
			if (session.memberships() != null) {
				this.index.remove(session);
				session.indexed(fresh);
				this.index.add(session);
				this.replays.refresh(session);
			}
		});
	}

	void pull(Session session) {
		this.later.execute(() -> this.replays.pull(session));
	}

	private void ended(Session session) {
		this.open.remove(session);
		session.place().release(session);
		this.logThread.execute(() -> {
			this.index.remove(session);
			this.replays.detach(session);
		});
	}

	private SessionLoop loop(Executor eventLoop) {
		return this.loopByExecutor.computeIfAbsent(eventLoop, (executor) -> {
			SessionLoop loop = new SessionLoop(executor, this, this.meters);
			this.loops.add(loop);
			return loop;
		});
	}

	private String newId() {
		byte[] id = new byte[ID_BYTES];
		this.random.nextBytes(id);
		return "s" + Base64.getUrlEncoder().withoutPadding().encodeToString(id);
	}

	/// Makes the client of a session.
	public interface Clients {

		/// Returns the far end of a session that is about to open.
		Client clientOf(Session session);

	}

}
