package io.fanfare.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import io.fanfare.notification.Address;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.CursorText;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's stay: who it is, what addresses it, what it has yet to receive.
///
/// Phases: opened, then lagging and live in turn, then over. Threads: on its event loop, but
/// for what says otherwise.
public final class Session {

	private static final Logger logger = LoggerFactory.getLogger(Session.class);

	private final String id;

	private final Place place;

	private final Instant expiresAt;

	private final SessionLoop loop;

	private final Outbox outbox;

	private final Consumer<Session> onEnd;

	private @Nullable Client client;

	/// What addresses the session, as its event loop knows it.
	private Audience audience;

	/// What addresses the session; owned by the log thread.
	private Audience indexed;

	private Phase phase = Phase.OPENED;

	/// First part of the cursor, ASCII, while the session lags, or `null` where none is
	/// known.
	private byte @Nullable [] places;

	/// Time of the newest record that the session has had from its own position, in
	/// milliseconds since the epoch.
	private long time;

	private boolean pulling;

	private long replayed;

	/// Whether the loop will flush this session when its batch ends.
	private boolean flushPending;

	/// Number of the newest delivery that the session is yet to be offered, 0 for none.
	private int due;

	/// The session's places in the index; owned by the log thread.
	private SessionSet.Membership @Nullable [] memberships;

	/// The session's way to Head, or `null` where it is live; owned by the log thread.
	private @Nullable Replay replay;

	/// Number of the last record with several recipients; owned by the log thread.
	private long lastRecord = -1;

	Session(String id, Place place, Set<Address> addresses, Instant expiresAt, SessionLoop loop, Outbox outbox,
			Consumer<Session> onEnd) {
		this.id = id;
		this.place = place;
		this.expiresAt = expiresAt;
		this.loop = loop;
		this.outbox = outbox;
		this.onEnd = onEnd;
		this.audience = Audience.of(addresses);
		this.indexed = this.audience;
	}

	/// Returns the id, unique among all replicas. Any thread.
	public String id() {
		return this.id;
	}

	/// Returns the user the token names. Any thread.
	public String user() {
		return this.place.user();
	}

	/// Returns when the token expires. Any thread.
	public Instant expiresAt() {
		return this.expiresAt;
	}

	/// Returns what waits to be written.
	public Outbox outbox() {
		return this.outbox;
	}

	/// Offers a notification as it comes from the log. A session that is behind finds
	/// it in the journal instead; one whose outbox is full is behind from here on,
	/// and the caller tells from where with [#lag(long[], long)]. The caller flushes.
	OfferResult offer(Frame frame) {
		return (this.phase == Phase.LIVE) ? this.outbox.offer(frame) : OfferResult.CLOSED;
	}

	/// Notes the newest delivery of a batch that the session is yet to be offered, and
	/// that Head may count; meanwhile it knows no cursor.
	/// @param delivery its number, 0 for none
	/// @return the one noted before
	int due(int delivery) {
		int before = this.due;
		this.due = delivery;
		return before;
	}

	/// Queues one of the gateway's own events, whatever waits already.
	public void tell(Frame event) {
		this.outbox.append(event);
		flushLater();
	}

	private void flushLater() {
		if (!this.flushPending) {
			this.flushPending = true;
			this.loop.flushLater(this);
		}
	}

	/// Leaves the live stream: nothing more is queued until what waits has been written.
	/// @param from next offset by slot
	/// @param liveTime time of the newest record that it has had by the live stream, in
	/// milliseconds since the epoch
	void lag(long[] from, long liveTime) {
		this.phase = Phase.LAGGING;
		this.places = null;
		this.loop.sessions().lag(this, from, Math.max(this.time, liveTime));
	}

	/// Leaves the live stream where the session is live, and asks for what comes next.
	/// @param from next offset by slot
	void fallBehind(long[] from) {
		if (this.phase == Phase.LIVE) {
			lag(from, this.loop.view().time());
			flushLater();
		}
	}

	/// Asks for what comes next, where the session is behind and has written all it had.
	public void wantMore() {
		if (this.phase == Phase.LAGGING && !this.pulling && this.outbox.isEmpty()) {
			this.pulling = true;
			this.loop.sessions().pull(this);
		}
	}

	/// Takes what was asked for.
	void pulled(Pulled pulled) {
		if (this.phase == Phase.OVER) {
			return;
		}
		take(pulled);
		// Last, so that a write that leaves at once asks for nothing meanwhile.
		this.pulling = false;
		flushLater();
	}

	private void take(Pulled pulled) {
		pulled.gaps().forEach((gap) -> client().gap(gap));
		pulled.frames().forEach(this.outbox::append);
		this.replayed += pulled.frames().size();
		this.places = pulled.places();
		this.time = pulled.time();
		if (pulled.live()) {
			this.phase = Phase.LIVE;
			client().caughtUp(this.replayed);
			this.replayed = 0;
		}
	}

	/// Returns the cursor that holds once everything queued is written, or `null`
	/// where none is known.
	public @Nullable CursorText cursor() {
		if (this.due > 0) {
			return null;
		}
		byte[] first = (this.phase == Phase.LIVE)
				? this.loop.view().places(this.audience.claims(), this.audience.addresses(), this.time) : this.places;
		return (first != null) ? new CursorText(first, this.audience.cursorPart()) : null;
	}

	/// Takes the addresses of a fresh token. What is queued for dropped ones is left out,
	/// and new ones begin at Head: no history floods a new member.
	public void refresh(Set<Address> addresses) {
		if (!isOver() && !addresses.equals(this.audience.addresses())) {
			this.loop.sessions().refresh(this, Audience.of(addresses));
		}
	}

	/// The log thread addresses the session anew.
	/// @param at first part of the cursor from here on, where the session is behind
	void refreshed(Audience fresh, byte @Nullable [] at) {
		if (!isOver()) {
			this.audience = fresh;
			this.outbox.retain(fresh.addresses());
			if (this.phase == Phase.LAGGING) {
				this.places = at;
			}
		}
	}

	/// Whether the client is told which offsets are left out, beside the times. Any
	/// thread.
	public boolean tellsOffsets() {
		return this.loop.sessions().gapDetail() == SessionProperties.GapDetail.OFFSETS;
	}

	/// Ends the session and closes the connection with that code. The first end counts.
	public void end(CloseCode code) {
		if (!isOver()) {
			ended();
			client().close(code);
		}
	}

	/// Ends the session after something failed that should not.
	public void fail() {
		try {
			end(CloseCode.INTERNAL_ERROR);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Closing session {} failed", this.id, ex);
		}
	}

	/// Ends the session after the connection is gone. The first end counts.
	public void ended() {
		if (!isOver()) {
			this.phase = Phase.OVER;
			this.outbox.cancel();
			this.onEnd.accept(this);
		}
	}

	/// Sends the client elsewhere: `goaway`, then [CloseCode#DRAIN]. From any thread.
	/// @param retryAfter when the client is to reconnect
	public void drain(Duration retryAfter) {
		this.loop.execute(this, () -> {
			if (!isOver()) {
				client().goAway(retryAfter);
				end(CloseCode.DRAIN);
			}
		});
	}

	/// Ends the session from any thread.
	public void endLater(CloseCode code) {
		this.loop.execute(this, () -> end(code));
	}

	/// Whether the session has ended.
	public boolean isOver() {
		return this.phase == Phase.OVER;
	}

	/// The log thread knows the session.
	/// @param live whether every later record is offered as it comes; otherwise the
	/// session is behind
	/// @param at first part of the cursor it begins at
	void opened(boolean live, boolean resumed, byte @Nullable [] at) {
		if (!isOver()) {
			this.phase = live ? Phase.LIVE : Phase.LAGGING;
			this.places = at;
			client().opened(resumed);
		}
	}

	void flush() {
		this.flushPending = false;
		if (!isOver()) {
			client().flush();
		}
	}

	void client(Client newClient) {
		this.client = newClient;
	}

	private Client client() {
		return Objects.requireNonNull(this.client);
	}

	Place place() {
		return this.place;
	}

	SessionLoop loop() {
		return this.loop;
	}

	/// Returns what addresses the session, as its event loop knows it.
	Audience audience() {
		return this.audience;
	}

	/// Returns what addresses the session. On the log thread.
	Audience indexed() {
		return this.indexed;
	}

	void indexed(Audience newIndexed) {
		this.indexed = newIndexed;
	}

	/// Returns the session's way to Head, or `null` where it is live. On the log thread.
	@Nullable Replay replay() {
		return this.replay;
	}

	void replay(@Nullable Replay newReplay) {
		this.replay = newReplay;
	}

	SessionSet.Membership @Nullable [] memberships() {
		return this.memberships;
	}

	void memberships(SessionSet.Membership @Nullable [] newMemberships) {
		this.memberships = newMemberships;
	}

	/// Marks the session as having that record. On the log thread.
	/// @return whether it did not have it yet
	boolean takes(long record) {
		boolean first = this.lastRecord != record;
		this.lastRecord = record;
		return first;
	}

	private enum Phase {

		/// Known to its event loop alone.
		OPENED,

		/// Reads on from its own position in the log.
		LAGGING,

		/// Is offered every record as it comes.
		LIVE,

		OVER

	}

}
