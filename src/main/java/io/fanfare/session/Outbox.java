package io.fanfare.session;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;

import io.fanfare.notification.Address;
import io.fanfare.notification.Notification.CollapseKey;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// Frames waiting to be written to one client, in the order they were offered.
///
/// Bounded by frames and bytes, the first one reached refuses; an empty outbox always takes
/// one frame. Of queued frames with equal collapse key only the newest stays, at the newest's
/// own place; frames that expired while queued are left out.
///
/// Threads: everything on the session's event loop, the subscriber included; nothing here is
/// synchronized. Reactive Streams §3: `request` may be called from within `onNext`.
public final class Outbox implements Publisher<Frame>, Subscription {

	private final int maxFrames;

	private final long maxBytes;

	private final InstantSource clock;

	/// Queued frames, or `null` while there are none: most sessions are idle.
	private @Nullable Queue<Frame> queue;

	private long queuedBytes;

	private @Nullable Subscriber<? super Frame> subscriber;

	private long requested;

	private boolean draining;

	private boolean closed;

	/// Creates an empty outbox.
	/// @param maxFrames frames it holds at most
	/// @param maxBytes bytes of whole frames it holds at most
	/// @param clock what expiry is compared with
	public Outbox(int maxFrames, long maxBytes, InstantSource clock) {
		this.maxFrames = maxFrames;
		this.maxBytes = maxBytes;
		this.clock = clock;
	}

	/// Takes a frame, at once to the subscriber if it has asked for one.
	public OfferResult offer(Frame frame) {
		if (this.closed) {
			return OfferResult.CLOSED;
		}
		if (isEmpty() && this.requested > 0 && !this.draining) {
			emit(frame);
			return OfferResult.ACCEPTED;
		}
		removeCollapsed(frame.collapseKey());
		if (!isEmpty() && (size() >= this.maxFrames || this.queuedBytes + frame.size() > this.maxBytes)) {
			return OfferResult.OVERFLOW;
		}
		enqueue(frame);
		return OfferResult.ACCEPTED;
	}

	/// Takes a frame whatever waits already: for the gateway's own events, and for
	/// what a session that is behind asked for when it had nothing queued.
	public void append(Frame frame) {
		if (this.closed) {
			return;
		}
		if (isEmpty() && this.requested > 0 && !this.draining) {
			emit(frame);
			return;
		}
		removeCollapsed(frame.collapseKey());
		enqueue(frame);
	}

	/// Leaves out queued frames that are for none of these addresses.
	void retain(Set<Address> addresses) {
		if (this.queue != null && this.queue.removeIf((frame) -> !frame.isFor(addresses))) {
			this.queuedBytes = this.queue.stream().mapToLong(Frame::size).sum();
		}
	}

	/// Returns how many frames are queued.
	public int size() {
		return (this.queue != null) ? this.queue.size() : 0;
	}

	/// Whether no frame is queued.
	public boolean isEmpty() {
		return this.queue == null || this.queue.isEmpty();
	}

	/// Returns the bytes of the queued frames.
	public long bytes() {
		return this.queuedBytes;
	}

	@Override
	public void subscribe(Subscriber<? super Frame> newSubscriber) {
		if (this.subscriber != null) {
			throw new IllegalStateException("An outbox has one subscriber");
		}
		this.subscriber = newSubscriber;
		newSubscriber.onSubscribe(this);
	}

	@Override
	public void request(long n) {
		if (n <= 0) {
			Subscriber<? super Frame> current = this.subscriber;
			cancel();
			if (current != null) {
				current.onError(new IllegalArgumentException("Reactive Streams §3.9: request of " + n));
			}
			return;
		}
		this.requested = (this.requested + n < 0) ? Long.MAX_VALUE : this.requested + n;
		drain();
	}

	@Override
	public void cancel() {
		this.closed = true;
		this.queue = null;
		this.queuedBytes = 0;
	}

	private void enqueue(Frame frame) {
		if (this.queue == null) {
			this.queue = new ArrayDeque<>();
		}
		this.queue.add(frame);
		this.queuedBytes += frame.size();
	}

	private void drain() {
		if (this.draining) {
			return;
		}
		this.draining = true;
		try {
			while (this.requested > 0 && this.queue != null) {
				Frame frame = this.queue.poll();
				if (frame == null) {
					this.queue = null;
					return;
				}
				this.queuedBytes -= frame.size();
				if (!frame.canExpire() || !frame.isExpired(this.clock.millis())) {
					emit(frame);
				}
			}
		}
		finally {
			this.draining = false;
		}
	}

	private void emit(Frame frame) {
		if (this.requested != Long.MAX_VALUE) {
			this.requested--;
		}
		Objects.requireNonNull(this.subscriber).onNext(frame);
	}

	private void removeCollapsed(@Nullable CollapseKey key) {
		if (key == null || this.queue == null) {
			return;
		}
		for (Iterator<Frame> frames = this.queue.iterator(); frames.hasNext();) {
			Frame frame = frames.next();
			if (key.equals(frame.collapseKey())) {
				frames.remove();
				this.queuedBytes -= frame.size();
				return;
			}
		}
	}

}
