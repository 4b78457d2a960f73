package io.fanfare.socket;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.fanfare.session.Gap;
import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// What the sockets count. Safe for use by several threads.
final class SocketMeters {

	private final MeterRegistry registry;

	private final Map<CloseCode, Counter> closes = new EnumMap<>(CloseCode.class);

	private final Map<Gap.Reason, Counter> gaps = new EnumMap<>(Gap.Reason.class);

	private final Map<String, Counter> upgrades = new ConcurrentHashMap<>();

	private final Counter peerCloses;

	private final Counter lost;

	private final Counter ignoredMessages;

	private final Counter refusedMessages;

	SocketMeters(MeterRegistry registry) {
		this.registry = registry;
		for (CloseCode code : CloseCode.values()) {
			this.closes.put(code, FanfareMeter.CLOSES.counter(registry, "code", Integer.toString(code.code())));
		}
		for (Gap.Reason reason : Gap.Reason.values()) {
			this.gaps.put(reason, FanfareMeter.GAPS.counter(registry, "reason", reason.word()));
		}
		this.peerCloses = FanfareMeter.CLOSES.counter(registry, "code", "peer");
		this.lost = FanfareMeter.CLOSES.counter(registry, "code", "lost");
		this.ignoredMessages = FanfareMeter.CLIENT_MESSAGES.counter(registry, "outcome", "ignored");
		this.refusedMessages = FanfareMeter.CLIENT_MESSAGES.counter(registry, "outcome", "refused");
	}

	/// @param outcome word from the fixed set of [Refusal], or `accepted`
	void upgrade(String outcome) {
		this.upgrades.computeIfAbsent(outcome, (word) -> FanfareMeter.UPGRADES.counter(this.registry, "outcome", word))
			.increment();
	}

	void closed(CloseCode code) {
		increment(this.closes.get(code));
	}

	void gap(Gap.Reason reason) {
		increment(this.gaps.get(reason));
	}

	void closedByPeer() {
		this.peerCloses.increment();
	}

	void lost() {
		this.lost.increment();
	}

	void message(boolean refused) {
		(refused ? this.refusedMessages : this.ignoredMessages).increment();
	}

	private static void increment(@Nullable Counter counter) {
		if (counter != null) {
			counter.increment();
		}
	}

}
