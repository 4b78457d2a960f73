package io.fanfare.dev;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Turns a taken port at start into Boot's short failure report instead of a stack trace.
class PortTakenAnalyzer extends AbstractFailureAnalyzer<PortTakenException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PortTakenException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Pass another port, for example -Dspring-boot.run.arguments=\"--" + cause.property() + "=<port>\".",
				cause);
	}

}
