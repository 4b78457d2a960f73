package io.fanfare.session;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

import io.fanfare.telemetry.FanfareMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// What the sessions count. Safe for use by several threads.
final class SessionMeters {

	private final InstantSource clock;

	private final Counter deliveries;

	private final Counter overflows;

	private final Timer latency;

	SessionMeters(MeterRegistry registry, InstantSource clock) {
		this.clock = clock;
		this.deliveries = FanfareMeter.DELIVERIES.counter(registry);
		this.overflows = FanfareMeter.DROPS.counter(registry, "reason", "overflow");
		this.latency = FanfareMeter.DELIVERY_LATENCY.timer(registry);
	}

	void delivered(int accepted, int overflowed) {
		this.deliveries.increment(accepted);
		if (overflowed > 0) {
			this.overflows.increment(overflowed);
		}
	}

	void latency(long timestamp) {
		this.latency.record(Math.max(0, this.clock.millis() - timestamp), TimeUnit.MILLISECONDS);
	}

}
