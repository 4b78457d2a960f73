package io.fanfare.load;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GcLogTests {

	@Test
	void readsPausesOfTheCollectorsAndLeavesOutTheRest() {
		List<GcLog.Pause> pauses = GcLog.pauses(List.of("[2026-11-24T20:10:46.123+0000] Using Serial",
				"[2026-11-24T20:10:47.123+0000] GC(0) Pause Young (Allocation Failure) 25M->7M(87M) 9.184ms",
				"[2026-11-24T20:10:48.123+0000] GC(1) Pause Full (Diagnostic Command) 17M->9M(87M) 40.250ms",
				"[2026-11-24T20:10:49.123+0000] GC(2) Concurrent Mark Cycle 12.3ms",
				"[2026-11-24T20:10:50.123+0000] GC(3) Pause Young (Normal) (G1 Evacuation Pause) 51M->9M(256M) 3.1ms"));

		assertThat(pauses).containsExactly(new GcLog.Pause(Instant.parse("2026-11-24T20:10:47.123Z"), false, 7, 9.184),
				new GcLog.Pause(Instant.parse("2026-11-24T20:10:48.123Z"), true, 9, 40.25),
				new GcLog.Pause(Instant.parse("2026-11-24T20:10:50.123Z"), false, 9, 3.1));
	}

}
