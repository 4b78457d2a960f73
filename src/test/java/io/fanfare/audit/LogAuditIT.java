package io.fanfare.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.fanfare.load.ExtractedJar;
import io.fanfare.load.LoadException;
import io.fanfare.load.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// The log audit against the built jar. `-Daudit.seed=` repeats a schedule.
class LogAuditIT {

	private static final int NOTIFICATIONS = Integer.getInteger("audit.notifications", 100_000);

	private static final int PER_SECOND = Integer.getInteger("audit.rate", 2600);

	private static final int USERS = 200;

	private static final int MIN_OUTAGES = 3;

	private static final int NOTIFICATIONS_PER_OUTAGE = 30_000;

	/// Of the time that a run may take for each hundred thousand notifications.
	private static final Duration PER_100_000 = Duration.ofSeconds(90);

	/// Of what clients should have received, the share that may be told in gaps instead:
	/// nobody is away for long enough.
	private static final double TOLD_AT_MOST = 0.001;

	@Test
	void everybodyHasEverythingWhateverClientsAndGatewaysDo(@TempDir Path directory) throws LoadException, IOException {
		long seed = Long.getLong("audit.seed", ThreadLocalRandom.current().nextInt(1_000_000));
		AuditSettings settings = new AuditSettings("audit", seed, USERS, NOTIFICATIONS, PER_SECOND,
				Math.max(MIN_OUTAGES, NOTIFICATIONS / NOTIFICATIONS_PER_OUTAGE), null);

		AuditResult result;
		Progress progress = Progress.on(System.out);
		try (Replicas replicas = new Replicas(List.of("-jar", ExtractedJar.in(directory).toString()),
				AuditSettings.OUT)) {
			result = LogAudit.run(settings, replicas, progress);
		}

		progress.done("%s", result);
		assertThat(result.counts()).as(result::toString).isEmpty();
		assertThat(result.told()).as("told in gaps").isLessThanOrEqualTo((long) (result.due() * TOLD_AT_MOST));
		assertThat(result.tally().get(Tally.Count.LAGGED)).as("times that a session lagged").isPositive();
		assertThat(result.tally().get(Tally.Count.KILLED)).as("gateways killed").isGreaterThanOrEqualTo(3);
		assertThat(result.tally().get(Tally.Count.TERMINATED)).as("gateways terminated").isPositive();
		assertThat(result.elapsed()).isLessThan(PER_100_000.multipliedBy(NOTIFICATIONS).dividedBy(100_000));
	}

}
