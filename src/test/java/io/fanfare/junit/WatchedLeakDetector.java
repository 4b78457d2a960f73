package io.fanfare.junit;

import io.netty.util.ResourceLeakDetector;

/// Netty's leak detector, telling [LeakWatch] instead of the log.
///
/// Made by Netty, through reflection.
///
/// @param <T> what may leak
public final class WatchedLeakDetector<T> extends ResourceLeakDetector<T> {

	public WatchedLeakDetector(Class<?> resourceType, int samplingInterval) {
		super(resourceType, samplingInterval);
	}

	/// The constructor that Netty looks for first.
	/// @param maxActive unused
	@SuppressWarnings("deprecation")
	public WatchedLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
		super(resourceType, samplingInterval, maxActive);
	}

	@Override
	protected boolean needReport() {
		return true;
	}

	@Override
	protected void reportTracedLeak(String resourceType, String records) {
		LeakWatch.report("Leaked " + resourceType + records);
	}

	@Override
	protected void reportUntracedLeak(String resourceType) {
		LeakWatch.report("Leaked " + resourceType);
	}

}
