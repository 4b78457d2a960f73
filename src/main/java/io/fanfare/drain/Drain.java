package io.fanfare.drain;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.fanfare.session.Sessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// What happens on SIGTERM, before the web server begins to stop: readiness goes off, upgrades
/// are refused, and after the notice every session is told when to reconnect and closed with
/// 1012.
///
/// Spring Boot's own graceful phase would wait for open sockets and then cut them without a
/// close frame. It comes later: the next phase waits for the clients' answers, then the listener
/// closes. Health and metrics are served until then.
@Component
@EnableConfigurationProperties(DrainProperties.class)
final class Drain implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Drain.class);

	/// Reconnects that the other replicas are sent in a second.
	private static final int RECONNECTS_PER_SECOND = 2000;

	private static final int MIN_SPREAD_MS = 1000;

	private static final int MIN_RETRY_AFTER_MS = 500;

	private final Sessions sessions;

	private final ApplicationContext context;

	private final Duration notice;

	private volatile boolean running;

	/// @param phaseTimeout how long Spring Boot waits for one phase of the shutdown
	Drain(Sessions sessions, ApplicationContext context, DrainProperties properties,
			@Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration phaseTimeout) {
		this.sessions = sessions;
		this.context = context;
		this.notice = properties.notice();
		if (this.notice.compareTo(phaseTimeout) >= 0) {
			throw new IllegalStateException(
					"fanfare.drain.notice must be shorter than spring.lifecycle.timeout-per-shutdown-phase");
		}
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 2;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void stop() {
		begin();
		sendElsewhere();
	}

	/// Returns at once; the callback comes after the notice.
	@Override
	public void stop(Runnable callback) {
		begin();
		if (this.notice.isZero()) {
			sendElsewhere();
			callback.run();
			return;
		}
		Thread.ofPlatform().name("fanfare-drain").daemon().start(() -> {
			try {
				Thread.sleep(this.notice);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				sendElsewhere();
				callback.run();
			}
		});
	}

	private void begin() {
		this.running = false;
		AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		this.sessions.startDrain();
	}

	private void sendElsewhere() {
		int open = this.sessions.size();
		int spread = Math.max(MIN_SPREAD_MS, open * 1000 / RECONNECTS_PER_SECOND);
		this.sessions.forEach((session) -> session
			.drain(Duration.ofMillis(MIN_RETRY_AFTER_MS + ThreadLocalRandom.current().nextInt(spread))));
		if (open > 0) {
			logger.info("Sending {} sessions elsewhere", open);
		}
	}

}
