package io.fanfare.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Hooks;

/// Fails a test class after which Netty reports a leaked buffer or Reactor has dropped an
/// error.
///
/// Found by JUnit as a service, so that it is there before any class of Netty is. A leak is
/// seen when the garbage collector has been and the next buffer is allocated, so that it may
/// show in a later class than the one that made it.
public final class LeakWatch implements AfterAllCallback {

	private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

	static {
		System.setProperty("io.netty.customResourceLeakDetector", WatchedLeakDetector.class.getName());
		Hooks.onErrorDropped((ex) -> report("Reactor dropped " + ex));
	}

	static void report(String what) {
		REPORTS.add(what);
	}

	/// Returns the reports since the last call.
	static List<String> take() {
		List<String> reports = new ArrayList<>();
		for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
			reports.add(report);
		}
		return reports;
	}

	/// Has the garbage collector look for leaked buffers and Netty report them.
	static void look() {
		System.gc();
		PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		look();
		List<String> reports = take();
		if (!reports.isEmpty()) {
			throw new AssertionError(String.join("\n", reports));
		}
	}

}
