package io.fanfare.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import io.fanfare.notification.Address;
import io.fanfare.wire.CloseCode;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's stay: who it is, what addresses it, what it has yet to receive.
///
/// Phases: opened (known, not yet in the index), live, over. Threads: on its event loop, but
/// for what says otherwise.
public final class Session {

	private static final Logger logger = LoggerFactory.getLogger(Session.class);

	private final String id;

	private final Place place;

	private final Set<Address> addresses;

	private final Instant expiresAt;

	private final SessionLoop loop;

	private final Outbox outbox;

	private final Consumer<Session> onEnd;

	private @Nullable Client client;

	private boolean over;

	/// Whether the loop will flush this session when its batch ends.
	private boolean flushPending;

	/// The session's places in the index; owned by the log thread.
	private SessionSet.Membership @Nullable [] memberships;

	/// Number of the last record with several recipients; owned by the log thread.
	private long lastRecord = -1;

	Session(String id, Place place, Set<Address> addresses, Instant expiresAt, SessionLoop loop, Outbox outbox,
			Consumer<Session> onEnd) {
		this.id = id;
		this.place = place;
		this.addresses = addresses;
		this.expiresAt = expiresAt;
		this.loop = loop;
		this.outbox = outbox;
		this.onEnd = onEnd;
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

	/// Offers a frame and has it flushed when the loop's current batch ends. A frame that
	/// does
	/// not fit ends the session: it cannot keep up.
	public OfferResult offer(Frame frame) {
		OfferResult result = this.outbox.offer(frame);
		if (result == OfferResult.ACCEPTED) {
			if (!this.flushPending) {
				this.flushPending = true;
				this.loop.flushLater(this);
			}
		}
		else if (result == OfferResult.OVERFLOW) {
			end(CloseCode.STALLED);
		}
		return result;
	}

	/// Ends the session and closes the connection with that code. The first end counts.
	public void end(CloseCode code) {
		if (!this.over) {
			ended();
			client().close(code);
		}
	}

	/// Ends the session after something failed that should not.
	void fail() {
		try {
			end(CloseCode.INTERNAL_ERROR);
		}
		catch (RuntimeException ex) {
			logger.error("Closing session {} failed", this.id, ex);
		}
	}

	/// Ends the session after the connection is gone. The first end counts.
	public void ended() {
		if (!this.over) {
			this.over = true;
			this.outbox.cancel();
			this.onEnd.accept(this);
		}
	}

	/// Sends the client elsewhere: `goaway`, then [CloseCode#DRAIN]. From any thread.
	/// @param retryAfter when the client is to reconnect
	public void drain(Duration retryAfter) {
		this.loop.execute(() -> {
			if (!this.over) {
				client().goAway(retryAfter);
				end(CloseCode.DRAIN);
			}
		});
	}

	/// Ends the session from any thread.
	public void endLater(CloseCode code) {
		this.loop.execute(() -> end(code));
	}

	/// Whether the session has ended.
	public boolean isOver() {
		return this.over;
	}

	void goLive() {
		if (!this.over) {
			client().live();
		}
	}

	void flush() {
		this.flushPending = false;
		if (!this.over) {
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

	Set<Address> addresses() {
		return this.addresses;
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

}
