package io.fanfare.audit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.fanfare.wire.Cursor;
import org.jspecify.annotations.Nullable;

/// What one client has received and was told, each held against what may be.
///
/// Threads: the clients' event loop, and after that whoever judges.
final class Ledger {

	private static final String NOTIFICATION_SOURCE = "/kafka/";

	private final String client;

	private final Set<String> addresses;

	private final Publications publications;

	private final Findings findings;

	private final Tally tally;

	private final Map<Lane, LaneLedger> lanes = new HashMap<>();

	/// What was received before the broker's answer said where it is.
	private final List<Publications.Place> unsettled = new ArrayList<>();

	/// Number from which on the client must have every notification.
	private int since = Integer.MAX_VALUE;

	private boolean resuming;

	Ledger(Tab tab, Audit audit) {
		this.client = tab.name();
		this.addresses = tab.addresses();
		this.publications = audit.publications();
		this.findings = audit.findings();
		this.tally = audit.tally();
	}

	/// A connection begins.
	/// @param withCursor whether it goes on from the newest cursor
	void connecting(boolean withCursor) {
		this.resuming = withCursor;
		this.lanes.values().forEach(LaneLedger::connecting);
	}

	/// The connection is ready.
	void ready() {
		if (!this.resuming) {
			if (this.since != Integer.MAX_VALUE) {
				this.tally.add(Tally.Count.ANEW);
			}
			this.since = this.publications.sent();
		}
	}

	/// Whether the client has been ready, and so must get what is published.
	boolean hasBegun() {
		return this.since != Integer.MAX_VALUE;
	}

	/// A notification has come.
	/// @param source of the event
	/// @param id of the event
	/// @param number as its data says
	/// @param to as its data says
	void notification(String source, String id, int number, String to) {
		String what = "number " + number + " for " + to + " as " + source + " " + id;
		Publications.Place place = place(source, id, number);
		if (place == null || !this.publications.isSent(number, to)) {
			violation(Violation.Kind.ALTERED, number, what + " was not published so");
		}
		else if (!this.addresses.contains(to)) {
			violation(Violation.Kind.FOREIGN, number, what);
		}
		else {
			if (!this.publications.isAt(number, place.lane(), place.offset())) {
				this.unsettled.add(place);
			}
			received(place);
		}
	}

	private static Publications.@Nullable Place place(String source, String id, int number) {
		// The topic's short id may have dashes.
		int offsetAt = id.lastIndexOf('-') + 1;
		int partitionAt = id.lastIndexOf('-', offsetAt - 2) + 1;
		for (AuditTopic topic : AuditTopic.values()) {
			if (partitionAt > 0 && source.equals(NOTIFICATION_SOURCE + topic.topic())) {
				int partition = Integer.parseInt(id, partitionAt, offsetAt - 1, 10);
				long offset = Long.parseLong(id, offsetAt, id.length(), 10);
				return new Publications.Place(number, new Lane(topic, partition), offset);
			}
		}
		return null;
	}

	private void received(Publications.Place place) {
		LaneLedger lane = lane(place.lane());
		int offset = Math.toIntExact(place.offset());
		if (lane.connection.get(offset)) {
			violation(Violation.Kind.DUPLICATE, place.number(), place.toString());
		}
		else if (offset < lane.next) {
			violation(Violation.Kind.REORDERED, place.number(), place + " came after everything before @" + lane.next);
		}
		else if (this.resuming && offset < lane.from) {
			violation(Violation.Kind.REPEATED, place.number(),
					place + " though the connection goes on from @" + lane.from);
		}
		this.tally.add(lane.received.get(offset) ? Tally.Count.REPEATED : Tally.Count.DELIVERED);
		lane.connection.set(offset);
		lane.received.set(offset);
		lane.next = Math.max(lane.next, offset + 1);
	}

	/// A gap was told: from one offset up to before another.
	void gap(String reason, String topic, int partition, long from, long to) {
		String what = "gap (" + reason + ") of " + topic + "-" + partition + " from " + from + " to " + to;
		this.tally.add(Tally.Count.GAPS);
		for (AuditTopic each : AuditTopic.values()) {
			if (each.topic().equals(topic) && partition >= 0 && partition < each.partitions() && from >= 0 && from <= to
					&& !reason.equals("reset")) {
				told(lane(new Lane(each, partition)), Math.toIntExact(from), Math.toIntExact(to), what);
				return;
			}
		}
		violation(Violation.Kind.FALSE_GAP, Violation.NONE, what);
	}

	private void told(LaneLedger lane, int from, int to, String what) {
		if (to < lane.next) {
			violation(Violation.Kind.REORDERED, Violation.NONE, what + " came after everything before @" + lane.next);
		}
		lane.told.set(from, to);
		lane.next = Math.max(lane.next, to);
	}

	/// A cursor has come.
	void cursor(String text) {
		Optional<Cursor> cursor = Cursor.decode(text);
		if (cursor.isEmpty()) {
			violation(Violation.Kind.ALTERED, Violation.NONE, "no cursor: " + text);
			return;
		}
		for (AuditTopic topic : AuditTopic.values()) {
			for (Cursor.Topic places : cursor.get().topics()) {
				if (places.name() == Cursor.hash(topic.topic())) {
					for (int i = 0; i < places.lanes().length; i++) {
						cursor(new Lane(topic, places.lanes()[i]), Math.toIntExact(places.offsets()[i]));
					}
				}
			}
		}
	}

	private void cursor(Lane lane, int next) {
		LaneLedger ledger = lane(lane);
		if (next < ledger.cursor) {
			violation(Violation.Kind.CURSOR_WENT_BACK, Violation.NONE,
					"of " + lane + " from @" + ledger.cursor + " to @" + next);
		}
		ledger.cursor = next;
	}

	/// Returns what the client must have and has neither received nor been told.
	List<Publications.Place> missing(Map<String, List<Publications.Place>> byRecipient) {
		return due(byRecipient).stream().filter((place) -> {
			LaneLedger lane = lane(place.lane());
			int offset = (int) place.offset();
			return !lane.received.get(offset) && !lane.told.get(offset);
		}).toList();
	}

	/// Returns how many the client has not received and was told that it would not.
	long told(Map<String, List<Publications.Place>> byRecipient) {
		return due(byRecipient).stream().filter((place) -> {
			LaneLedger lane = lane(place.lane());
			int offset = (int) place.offset();
			return !lane.received.get(offset) && lane.told.get(offset);
		}).count();
	}

	/// Returns what the client must have or be told.
	List<Publications.Place> due(Map<String, List<Publications.Place>> byRecipient) {
		return this.addresses.stream()
			.flatMap((address) -> byRecipient.getOrDefault(address, List.of()).stream())
			.filter((place) -> place.number() >= this.since)
			.toList();
	}

	/// Adds what can be judged only when everything is known.
	void judge(Map<String, List<Publications.Place>> byRecipient) {
		for (Publications.Place place : missing(byRecipient)) {
			LaneLedger lane = lane(place.lane());
			violation(Violation.Kind.LOST, place.number(),
					"%s, published at %.3f s; the newest of its partition is @%d, the newest cursor goes on from @%d"
						.formatted(place, this.publications.secondsAt(place.number()), lane.received.length() - 1,
								lane.cursor));
		}
		for (Publications.Place place : this.unsettled) {
			if (!this.publications.isAt(place.number(), place.lane(), place.offset())) {
				violation(Violation.Kind.ALTERED, place.number(), place + " was not published there");
			}
		}
		this.lanes.forEach((lane, ledger) -> {
			if (ledger.told.length() > this.publications.end(lane)) {
				violation(Violation.Kind.FALSE_GAP, Violation.NONE, "a gap of " + lane + " up to "
						+ ledger.told.length() + ", which ends at " + this.publications.end(lane));
			}
		});
	}

	private void violation(Violation.Kind kind, int number, String text) {
		this.findings.add(new Violation(kind, this.client, number, text));
	}

	private LaneLedger lane(Lane lane) {
		return this.lanes.computeIfAbsent(lane, (key) -> new LaneLedger());
	}

	/// One partition's offsets.
	private static final class LaneLedger {

		/// Received by any connection.
		private final BitSet received = new BitSet();

		/// Received by this connection.
		private BitSet connection = new BitSet();

		/// Within a gap.
		private final BitSet told = new BitSet();

		/// Offset after the newest that this connection has received or was told.
		private int next;

		/// Where the newest cursor goes on.
		private int cursor;

		/// Where this connection went on, if it had a cursor.
		private int from;

		private void connecting() {
			this.connection = new BitSet();
			this.next = 0;
			this.from = this.cursor;
		}

	}

}
