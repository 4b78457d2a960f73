package io.fanfare.load;

import java.util.List;
import java.util.Map;

/// What a run has found.
///
/// @param figures by name, units in the names; strings, numbers, lists and maps
/// @param lines the same for a person to read
/// @param problems what must not be; empty when all is well
/// @param charts drawings for the report
record Result(Map<String, Object> figures, List<String> lines, List<String> problems, List<Chart> charts) {

	Result {
		lines = List.copyOf(lines);
		problems = List.copyOf(problems);
		charts = List.copyOf(charts);
	}

}
