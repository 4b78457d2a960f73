package io.fanfare.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.fanfare.journal.Journal;
import io.fanfare.journal.JournalProperties;
import io.fanfare.journal.OlderLog;
import io.fanfare.notification.PartitionId;
import io.fanfare.session.SessionProperties.GapDetail;
import io.fanfare.session.SessionProperties.UserLimitPolicy;
import io.fanfare.wire.Recipients;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.util.unit.DataSize;

/// Sessions for tests, over the smallest journal and nothing older.
public final class TestSessions {

	private TestSessions() {
	}

	/// Returns sessions whose places are bounded, with the defaults besides.
	public static Sessions bounded(int queueFrames, DataSize queueBytes, int maxSessions, int maxPerUser,
			UserLimitPolicy policy, Executor logThread, InstantSource clock, MeterRegistry registry) {
		SessionProperties properties = new SessionProperties(queueFrames, queueBytes, Duration.ofSeconds(1), 10_000,
				DataSize.ofMegabytes(16), GapDetail.OFFSETS, maxSessions, maxPerUser, policy);
		return over(properties, DataSize.ofBytes(Journal.MIN_SIZE), 0, new NoOlderLog(), logThread, logThread, clock,
				registry);
	}

	/// Returns sessions over an older log.
	/// @param journalSize size of the journal, of any size
	static Sessions over(SessionProperties properties, DataSize journalSize, int readers, OlderLog log,
			Executor logThread, Executor later, InstantSource clock, MeterRegistry registry) {
		Duration window = Duration.ofMinutes(5);
		return new Sessions(properties, logThread, later, new Journal(journalSize.toBytes(), window), log,
				new JournalProperties(DataSize.ofMegabytes(4), window, readers, 1_000_000), new Recipients(64 * 1024),
				clock, registry);
	}

	private static final class NoOlderLog implements OlderLog {

		@Override
		public Reading read(PartitionId partition, long from, int epoch, Reader reader) {
			throw new IllegalStateException("nothing is read back");
		}

		@Override
		public CompletionStage<List<Found>> find(List<PartitionId> partitions, Instant time) {
			return CompletableFuture.failedStage(new IllegalStateException("nothing is found"));
		}

	}

}
