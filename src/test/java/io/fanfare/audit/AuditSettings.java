package io.fanfare.audit;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// What one run is.
///
/// @param name name of its log
/// @param seed what everything is drawn from, but for the timing of threads and processes
/// @param users users
/// @param notifications records published
/// @param perSecond records published in a second
/// @param outages how often a gateway is ended
/// @param fault what a faulty gateway is to do to one record, or `null`
record AuditSettings(String name, long seed, int users, int notifications, double perSecond, int outages,
		FrameFault.@Nullable Kind fault) {

	/// Folder for logs.
	static final Path OUT = Path.of("target/audit");

	Path log() {
		return OUT.resolve(this.name + "-" + this.seed + ".log");
	}

}
