package io.fanfare.load;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.util.HtmlUtils;

/// A result as a page for a person: one file that needs nothing else.
final class Report {

	private static final String STYLE = """
			:root { color-scheme: light dark; --ink: #1c2430; --paper: #fbfbf9; --soft: #6b7480; --rule: #dfe3e8;
			  --card: #fff; --bad: #b3261e; --good: #20744a }
			@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14181f; --soft: #98a2b0;
			  --rule: #2b323d; --card: #1b212a; --bad: #ff8a80; --good: #7fd6a4 } }
			* { box-sizing: border-box }
			body { margin: 0 auto; max-width: 1560px; padding: 32px 24px 64px; background: var(--paper); color: var(--ink);
			  font: 15px/1.5 system-ui, sans-serif }
			h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px } h2 { font-size: 16px; margin: 0 0 8px }
			p { margin: 0; color: var(--soft) }
			.verdict { font-weight: 600; margin: 12px 0 24px } .bad { color: var(--bad) } .good { color: var(--good) }
			pre { margin: 0; overflow-x: auto; font: 13px/1.6 ui-monospace, monospace; white-space: pre-wrap }
			section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 16px 20px;
			  margin: 0 0 20px }
			.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); gap: 20px }
			.charts section { margin: 0 } .charts { margin-bottom: 20px }
			svg { width: 100%; height: auto; display: block } text { fill: var(--soft); font: 12px system-ui, sans-serif }
			text.x, text.label { text-anchor: middle } text.y { text-anchor: end }
			text.name, text.value { fill: var(--ink) } text.value { font-weight: 600 }
			.grid { stroke: var(--rule); stroke-width: 1 } .line { fill: none; stroke-width: 2; stroke-linejoin: round }
			.c0 { --c: #2f6fde } .c1 { --c: #e07b39 } .c2 { --c: #2e9e6b } .c3 { --c: #b0559d } .c4 { --c: #8a7be0 }
			.c5 { --c: #c0a02c } .c6 { --c: #4aa7c4 } .c7 { --c: #8c939e }
			.line { stroke: var(--c) } .dot, .box { fill: var(--c) }
			summary { cursor: pointer; font-weight: 600 }
			""";

	private Report() {
	}

	/// Returns the page.
	/// @param document the whole result as it is written as JSON
	/// @param machine charts that any scenario has, besides its own
	static String html(Settings settings, Result result, Map<String, Object> document, List<Chart> machine) {
		String title = "Fanfare under load: " + settings.scenario();
		boolean good = result.problems().isEmpty();
		return """
				<!doctype html>
				<html lang="en">
				<meta charset="utf-8">
				<meta name="viewport" content="width=device-width">
				<title>%s</title>
				<style>%s</style>
				<h1>%s</h1>
				<p>%s</p>
				<p>%s</p>
				<p class="verdict %s">%s</p>
				<section><h2>Figures</h2><pre>%s</pre></section>
				<div class="charts">%s</div>
				<details><summary>Everything, as JSON</summary><pre>%s</pre></details>
				</html>
				""".formatted(text(title), STYLE, text(title), text(settings.scenario().meaning()),
				parameters(settings), good ? "good" : "bad",
				good ? "All checks passed." : text(String.join("; ", result.problems())),
				text(String.join("\n", result.lines()).stripIndent()), charts(result.charts()) + charts(machine),
				text(json(document)));
	}

	private static String parameters(Settings settings) {
		return settings.parameters()
			.entrySet()
			.stream()
			.map((parameter) -> text(parameter.getKey() + " " + parameter.getValue()))
			.collect(Collectors.joining(" · "));
	}

	private static String charts(List<Chart> charts) {
		return charts.stream()
			.map((chart) -> "<section><h2>%s</h2>%s</section>%n".formatted(text(chart.title()), chart.svg()))
			.collect(Collectors.joining());
	}

	/// Returns a result as JSON.
	static String json(Map<String, Object> document) {
		return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(document);
	}

	private static String text(String text) {
		return HtmlUtils.htmlEscape(text);
	}

}
