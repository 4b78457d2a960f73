package io.fanfare.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The violations of a run, the first ones of them with what is known. Threads: any.
final class Findings {

	private static final int MAX_KEPT = 1000;

	private final Map<Violation.Kind, Integer> counts = new EnumMap<>(Violation.Kind.class);

	private final List<Violation> kept = new ArrayList<>();

	private final AuditLog log;

	Findings(AuditLog log) {
		this.log = log;
	}

	synchronized void add(Violation violation) {
		this.counts.merge(violation.kind(), 1, Integer::sum);
		if (this.kept.size() < MAX_KEPT) {
			this.kept.add(violation);
			this.log.line("VIOLATION " + violation);
		}
	}

	synchronized Map<Violation.Kind, Integer> counts() {
		return new EnumMap<>(this.counts);
	}

	synchronized List<Violation> kept() {
		return List.copyOf(this.kept);
	}

}
