package io.fanfare.socket;

import java.util.EnumMap;
import java.util.Map;

import io.fanfare.telemetry.FanfareMeter;
import io.fanfare.wire.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What the sockets count. Safe for use by several threads.
final class SocketMeters {

	private final MeterRegistry registry;

	private final Map<CloseCode, Counter> closes = new EnumMap<>(CloseCode.class);

	private final Counter peerCloses;

	private final Counter lost;

	private final Counter ignoredMessages;

	private final Counter refusedMessages;

	SocketMeters(MeterRegistry registry) {
		this.registry = registry;
		for (CloseCode code : CloseCode.values()) {
			this.closes.put(code, FanfareMeter.CLOSES.counter(registry, "code", Integer.toString(code.code())));
		}
		this.peerCloses = FanfareMeter.CLOSES.counter(registry, "code", "peer");
		this.lost = FanfareMeter.CLOSES.counter(registry, "code", "lost");
		this.ignoredMessages = FanfareMeter.CLIENT_MESSAGES.counter(registry, "outcome", "ignored");
		this.refusedMessages = FanfareMeter.CLIENT_MESSAGES.counter(registry, "outcome", "refused");
	}

	/// @param outcome word from the fixed set of [Refusal], or `accepted`
	void upgrade(String outcome) {
		FanfareMeter.UPGRADES.counter(this.registry, "outcome", outcome).increment();
	}

	void closed(CloseCode code) {
		Counter counter = this.closes.get(code);
		if (counter != null) {
			counter.increment();
		}
	}

	/// @param reason word from the fixed set of gap reasons
	void gap(String reason) {
		FanfareMeter.GAPS.counter(this.registry, "reason", reason).increment();
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

}
