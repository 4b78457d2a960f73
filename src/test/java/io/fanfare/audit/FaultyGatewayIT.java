package io.fanfare.audit;

import java.io.IOException;
import java.util.List;

import io.fanfare.load.LoadException;
import io.fanfare.load.Progress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// The log audit can fail: of a gateway that does wrong to one notification it finds just that.
class FaultyGatewayIT {

	private static final long SEED = 1;

	private static final int USERS = 40;

	private static final int NOTIFICATIONS = 5000;

	private static final int PER_SECOND = 2000;

	private static Replicas replicas;

	@BeforeAll
	static void start() throws LoadException {
		replicas = new Replicas(List.of("-cp", System.getProperty("java.class.path"), FaultyGateway.class.getName()),
				AuditSettings.OUT.resolve("faulty"));
	}

	@AfterAll
	static void stop() {
		replicas.close();
	}

	@ParameterizedTest
	@CsvSource({ "LOSE, LOST", "LOSE_WITH_CURSOR, LOST", "DUPLICATE, DUPLICATE", "REORDER, REORDERED",
			"MISDELIVER, FOREIGN" })
	void isFoundToDoWrongToOneNotification(FrameFault.Kind fault, Violation.Kind found)
			throws LoadException, IOException {
		AuditSettings settings = new AuditSettings("faulty-" + fault, SEED, USERS, NOTIFICATIONS, PER_SECOND, 0, fault);

		AuditResult result = LogAudit.run(settings, replicas, Progress.silent());

		assertThat(result.counts()).as(result::toString).containsOnlyKeys(found);
		assertThat(result.violations()).extracting(Violation::number)
			.as(result::toString)
			.containsOnly(result.violations().getFirst().number());
	}

}
