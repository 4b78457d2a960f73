package io.fanfare.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a run found.
///
/// @param settings what was run
/// @param elapsed how long it took, the start of the gateways aside
/// @param clients how many clients there were
/// @param due notifications that clients should have received
/// @param told how many of them they were told in a gap instead
/// @param tally how much of what
/// @param counts violations by kind
/// @param violations the first violations
/// @param log what happened when
record AuditResult(AuditSettings settings, Duration elapsed, int clients, long due, long told, Tally tally,
		Map<Violation.Kind, Integer> counts, List<Violation> violations, Path log) {

	private static final int SHOWN = 20;

	@Override
	public String toString() {
		String verdict = this.counts.isEmpty() ? "GREEN" : "RED " + this.counts + "\n"
				+ this.violations.stream().limit(SHOWN).map(Violation::toString).collect(Collectors.joining("\n"));
		return """
				log audit, seed %d: %s
				  published          %,d in %.1f s with all the rest, for %d clients
				  delivered          %,d of %,d, %,d told in %,d gaps
				  repeats            %,d, on later connections
				  connections        %,d, %,d resumed, %,d begun anew
				  ended by clients   %,d reset, %,d cut, %,d left
				  ended by gateways  %,d, %,d attempts refused
				  stalls             %,d, %,d times a session lagged
				  gateways           %,d killed, %,d terminated
				  log                %s""".formatted(this.settings.seed(), verdict, this.settings.notifications(),
				this.elapsed.toMillis() / 1e3, this.clients, of(Tally.Count.DELIVERED), this.due, this.told,
				of(Tally.Count.GAPS), of(Tally.Count.REPEATED), of(Tally.Count.CONNECTIONS), of(Tally.Count.RESUMED),
				of(Tally.Count.ANEW), of(Tally.Count.RESET), of(Tally.Count.CUT), of(Tally.Count.LEFT),
				of(Tally.Count.BROKEN), of(Tally.Count.REFUSED), of(Tally.Count.STALLED), of(Tally.Count.LAGGED),
				of(Tally.Count.KILLED), of(Tally.Count.TERMINATED), this.log);
	}

	private long of(Tally.Count count) {
		return this.tally.get(count);
	}

}
