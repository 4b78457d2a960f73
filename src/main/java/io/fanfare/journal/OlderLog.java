package io.fanfare.journal;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.fanfare.notification.LogRecord;
import io.fanfare.notification.PartitionId;

/// What the log holds and the journal no longer does.
///
/// Safe for use by several threads; nothing here blocks.
public interface OlderLog {

	/// Begins to read a partition. Nothing is read before the first [Reading#more()].
	/// @param from first offset to read
	/// @param epoch epoch of the leader that took the record before, -1 where it is not
	/// known; where the log has ended it earlier, reading is moved
	Reading read(PartitionId partition, long from, int epoch, Reader reader);

	/// Finds where in each partition a time begins.
	/// @param partitions what to look at
	/// @return offsets in the order of the partitions; fails where the brokers do not
	/// answer or too many ask
	CompletionStage<List<Found>> find(List<PartitionId> partitions, Instant time);

	/// One partition being read.
	interface Reading {

		/// Asks for the next records, once.
		void more();

		/// Ends reading; records on their way may still come.
		void close();

	}

	/// Takes what was read, on a thread of the log's.
	interface Reader {

		/// Takes the next records.
		/// @param next offset behind them; grows, with or without records
		void read(List<? extends LogRecord> records, long next);

		/// The log does not hold what comes next: reading goes on at that offset, which
		/// is larger where the records before it are gone, and smaller where the log was
		/// truncated. Records are to be asked for again.
		void moved(long to);

	}

	/// Where a time begins in one partition.
	///
	/// @param beginning first offset that the log holds
	/// @param offset first offset whose record is not older, the end where there is none
	record Found(long beginning, long offset) {
	}

}
