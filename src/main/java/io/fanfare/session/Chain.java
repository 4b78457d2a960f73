package io.fanfare.session;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.fanfare.journal.Journal;
import io.fanfare.notification.Notification.CollapseKey;
import io.fanfare.wire.Frame;
import org.jspecify.annotations.Nullable;

/// The records of one lane and address, as one replay goes along them. Threads: the log thread.
final class Chain {

	/// Entries ahead in which a newer notification with the same collapse key is looked
	/// for.
	private static final int MAX_AHEAD = 256;

	final int slot;

	private final byte[] address;

	/// First offset that the address is to be shown.
	private final long from;

	private @Nullable Journal source;

	private boolean older;

	/// The entry taken last, or [Journal#NONE].
	private long last = Journal.NONE;

	/// The entry to be taken next, or [Journal#NONE].
	private long entry = Journal.NONE;

	/// The newest entry ahead of each collapse key; `null` as long as no taken record has
	/// one.
	private @Nullable Map<CollapseKey, Long> newest;

	/// The entry up to which collapse keys are known, and how many are ahead.
	private long aheadTo = Journal.NONE;

	private int ahead;

	Chain(int slot, byte[] address, long from) {
		this.slot = slot;
		this.address = address;
		this.from = from;
	}

	boolean isSame(Chain other) {
		return this.slot == other.slot && Arrays.equals(this.address, other.address);
	}

	/// Stands where an earlier chain of the same lane and address does.
	void goOnFrom(Chain other) {
		this.source = other.source;
		this.older = other.older;
		this.last = other.last;
	}

	/// Finds the next entry.
	/// @param newSource where the lane is read from now
	/// @param nowOlder whether that is older than the journal
	/// @param next next offset of the lane
	/// @return whether there is one
	boolean find(Journal newSource, boolean nowOlder, long next) {
		if (this.source != newSource) {
			this.source = newSource;
			this.older = nowOlder;
			this.last = Journal.NONE;
			this.newest = null;
		}
		this.entry = (this.last != Journal.NONE && newSource.holds(this.last))
				? newSource.after(this.last, this.slot, this.address)
				: newSource.find(this.slot, this.address, Math.max(this.from, next));
		return isFound();
	}

	/// Whether it is read from what is older than the journal.
	boolean isOlder() {
		return this.older;
	}

	/// Whether the next entry is known.
	boolean isFound() {
		return this.entry != Journal.NONE;
	}

	/// Lets the next entry be found again: the source may have changed.
	void forget() {
		this.entry = Journal.NONE;
	}

	Journal source() {
		return Objects.requireNonNull(this.source);
	}

	/// Whether this chain's entry is to be taken before another's.
	boolean isBefore(Chain other) {
		return (this.older != other.older) ? this.older : this.entry < other.entry;
	}

	/// Takes the next entry.
	long take() {
		this.last = this.entry;
		this.entry = Journal.NONE;
		this.ahead = Math.max(0, this.ahead - 1);
		return this.last;
	}

	/// Whether a newer notification ahead replaces the one that was taken.
	boolean isCollapsed(long taken, Frame frame, ReplayFrames frames) {
		CollapseKey key = frame.collapseKey();
		if (key == null) {
			return false;
		}
		if (this.newest == null || this.aheadTo < taken) {
			this.newest = new HashMap<>();
			this.aheadTo = taken;
			this.ahead = 0;
		}
		lookAhead(this.newest, frames);
		Long newer = this.newest.get(key);
		if (newer != null && newer > taken) {
			return true;
		}
		this.newest.remove(key);
		return false;
	}

	private void lookAhead(Map<CollapseKey, Long> known, ReplayFrames frames) {
		while (this.ahead < MAX_AHEAD) {
			long following = source().after(this.aheadTo, this.slot, this.address);
			if (following == Journal.NONE) {
				return;
			}
			this.aheadTo = following;
			this.ahead++;
			Frame frame = frames.of(source(), following);
			if (frame != null && frame.collapseKey() != null) {
				known.put(frame.collapseKey(), following);
			}
		}
	}

}
