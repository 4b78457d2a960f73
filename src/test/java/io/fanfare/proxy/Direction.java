package io.fanfare.proxy;

/// Which way bytes go through a [ProxiedConnection].
public enum Direction {

	/// From the target to the client that connected.
	TO_CLIENT,

	/// From the client to the target.
	TO_TARGET

}
