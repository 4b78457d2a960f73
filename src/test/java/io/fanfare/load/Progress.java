package io.fanfare.load;

import java.io.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One line that tells how far the work is: rewritten in place on a terminal, elsewhere
/// printed anew every five seconds. Used by one thread at a time.
@SuppressWarnings("AnnotateFormatMethod") // The annotation is not among our dependencies.
public final class Progress {

	private static final Duration ON_TERMINAL = Duration.ofMillis(200);

	private static final Duration ELSEWHERE = Duration.ofSeconds(5);

	private static final String ERASE = "\r\u001b[K";

	private final PrintStream out;

	private final boolean terminal;

	private long nextAt = System.nanoTime();

	Progress(PrintStream out, boolean terminal) {
		this.out = out;
		this.terminal = terminal;
	}

	@SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is
											// none.
	public static Progress on(PrintStream out) {
		Console console = System.console();
		return new Progress(out, console != null && console.isTerminal());
	}

	/// Tells nobody.
	public static Progress silent() {
		return new Progress(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
	}

	/// Tells what is going on, unless that was told a moment ago.
	public void update(String format, Object... arguments) {
		long now = System.nanoTime();
		if (now - this.nextAt < 0) {
			return;
		}
		this.nextAt = now + (this.terminal ? ON_TERMINAL : ELSEWHERE).toNanos();
		String text = format.formatted(arguments);
		if (this.terminal) {
			this.out.print(ERASE + text);
			this.out.flush();
		}
		else {
			this.out.println(text);
		}
	}

	/// Tells that a step is done.
	public void done(String format, Object... arguments) {
		String text = format.formatted(arguments);
		this.out.println(this.terminal ? ERASE + text : text);
		this.nextAt = System.nanoTime();
	}

}
