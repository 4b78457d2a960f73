package io.fanfare.telemetry;

import java.time.Duration;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/// Every meter of the gateway. Tag values come from fixed sets, never from clients.
public enum FanfareMeter implements MeterDocumentation {

	/// Sessions that are open now.
	SESSIONS("fanfare.sessions", Meter.Type.GAUGE, "Sessions that are open now."),

	/// Upgrade requests by outcome.
	UPGRADES("fanfare.upgrades", Meter.Type.COUNTER, "Upgrade requests. Tag `outcome`: `accepted` or why not."),

	/// Upgrades between two threads.
	UPGRADES_JUDGED("fanfare.upgrades.judged", Meter.Type.GAUGE,
			"Upgrades with a judged token that event loops have yet to answer."),

	/// Tokens that were verified before.
	TOKENS_KNOWN("fanfare.tokens.known", Meter.Type.COUNTER,
			"Tokens that were not verified, because the same one had been."),

	/// Ended sessions by close code.
	CLOSES("fanfare.closes", Meter.Type.COUNTER,
			"Connections ended after 101. Tag `code`: the close code the gateway sent, `peer` where the client "
					+ "closed, `lost` where the connection was gone."),

	/// Frames handed to sessions.
	DELIVERIES("fanfare.deliveries", Meter.Type.COUNTER, "Notifications accepted by a session's outbox."),

	/// Frames not handed to sessions.
	DROPS("fanfare.drops", Meter.Type.COUNTER,
			"Notifications that a session's full queue refused. Tag `reason`: `overflow`; the session reads on from "
					+ "there in the journal."),

	/// Gaps told to clients.
	GAPS("fanfare.gaps", Meter.Type.COUNTER,
			"Gaps told to clients, one for each partition. Tag `reason`: `retention`, `window`, `reset`, `overflow`."),

	/// Publish to write.
	DELIVERY_LATENCY("fanfare.delivery.latency", Meter.Type.TIMER,
			"Record timestamp to flush, once per record and event loop, when all its sessions there have been "
					+ "flushed."),

	/// Records taken from the log.
	RECORDS("fanfare.ingest.records", Meter.Type.COUNTER,
			"Records read. Tag `outcome`: `routed`, `absent` (no local session is addressed), `expired`, `bad`."),

	/// Records passed by.
	BAD_RECORDS("fanfare.ingest.bad.records", Meter.Type.COUNTER,
			"Records passed by. Tag `reason`: why, as in `docs/protocol.md`."),

	/// Copies to the dead-letter topic.
	DEAD_LETTERS("fanfare.ingest.dead.letters", Meter.Type.COUNTER,
			"Bad records copied to the dead-letter topic. Tag `outcome`: `copied`, `failed`."),

	/// Records in the journal.
	JOURNAL_RECORDS("fanfare.journal.records", Meter.Type.GAUGE,
			"Entries in the journal: records, once for each recipient that a header names."),

	/// Sessions that read on from their own position.
	SESSIONS_BEHIND("fanfare.sessions.behind", Meter.Type.GAUGE,
			"Sessions that read on from their own position in the log: resuming, or behind as slow readers."),

	/// Passes over older records.
	CATCH_UP_PASSES("fanfare.catchup.passes", Meter.Type.GAUGE,
			"Partitions that are being read back from Kafka for sessions whose position is older than the journal."),

	/// Records read back.
	CATCH_UP_RECORDS("fanfare.catchup.records", Meter.Type.COUNTER,
			"Records read back from Kafka, for however many sessions at once."),

	/// Records where no cursor looks for them.
	MISPLACED_RECORDS("fanfare.ingest.misplaced.records", Meter.Type.COUNTER,
			"Records outside the partition that their topic's declared `partitioner` names: delivered live, and told "
					+ "as a gap to whoever resumes."),

	/// How far this replica is behind.
	INGEST_LAG("fanfare.ingest.lag", Meter.Type.GAUGE,
			"Time since this replica was last seen at the read-committed end of every partition, 0 while it is "
					+ "there; in seconds."),

	/// Records behind an open transaction.
	HELD_BACK_RECORDS("fanfare.ingest.held.back.records", Meter.Type.GAUGE,
			"Records that cannot be delivered yet because a transaction before them is open, its own among them."),

	/// Topics that cannot be read.
	TOPICS_MISSING("fanfare.ingest.topics.missing", Meter.Type.GAUGE, "Bound topics that do not exist."),

	/// Receivers that had to be made anew.
	RECEIVER_RESTARTS("fanfare.ingest.receiver.restarts", Meter.Type.COUNTER,
			"Receivers started again. Tag `cause`: `failure`, `partitions`, `stuck`."),

	/// Messages from clients.
	CLIENT_MESSAGES("fanfare.client.messages", Meter.Type.COUNTER,
			"Text frames from clients. Tag `outcome`: `ignored`, `refused`.");

	private final String name;

	private final Meter.Type type;

	private final String description;

	FanfareMeter(String name, Meter.Type type, String description) {
		this.name = name;
		this.type = type;
		this.description = description;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	/// Returns what is measured, in Markdown.
	public String description() {
		return this.description;
	}

	/// Registers or finds the counter.
	/// @param tags keys and values, in turn
	public Counter counter(MeterRegistry registry, String... tags) {
		return Counter.builder(this.name).description(this.description).tags(tags).register(registry);
	}

	/// Registers or finds the timer, with histogram buckets from 1 ms to 10 s, among them
	/// those that the product's promises are held against.
	public Timer timer(MeterRegistry registry, String... tags) {
		return Timer.builder(this.name)
			.description(this.description)
			.tags(tags)
			.publishPercentileHistogram()
			.serviceLevelObjectives(Duration.ofMillis(25), Duration.ofMillis(250))
			.minimumExpectedValue(Duration.ofMillis(1))
			.maximumExpectedValue(Duration.ofSeconds(10))
			.register(registry);
	}

	/// Returns the unit of a gauge that has one; timers bring their own.
	@Override
	public @Nullable String getBaseUnit() {
		return (this == INGEST_LAG) ? "seconds" : null;
	}

	/// Registers a gauge over a value of the object, which the registry does not keep
	/// alive.
	public <T> void gauge(MeterRegistry registry, T object, ToDoubleFunction<T> value) {
		Gauge.builder(this.name, object, value)
			.description(this.description)
			.baseUnit(getBaseUnit())
			.tags(Tags.empty())
			.register(registry);
	}

}
