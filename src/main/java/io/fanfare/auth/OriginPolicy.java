package io.fanfare.auth;

import java.net.URI;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// Which web pages may connect: the exact scheme, host and port of an allow-list, or where it
/// is empty the gateway's own origin. Requests without an Origin come from no browser and pass.
public final class OriginPolicy {

	private static final String ANY_PORT = ":*";

	private final List<String> allowed;

	OriginPolicy(List<String> allowed) {
		this.allowed = allowed.stream().map((origin) -> origin.toLowerCase(Locale.ROOT)).toList();
	}

	/// Whether a request may go on.
	/// @param origin the Origin header, or `null`
	/// @param target the request's own URI, scheme and authority included
	public boolean allows(@Nullable String origin, URI target) {
		if (origin == null) {
			return true;
		}
		String page = origin.toLowerCase(Locale.ROOT);
		if (this.allowed.isEmpty()) {
			return page.equals(origin(target));
		}
		return this.allowed.stream().anyMatch((pattern) -> matches(pattern, page));
	}

	private static boolean matches(String pattern, String page) {
		if (!pattern.endsWith(ANY_PORT)) {
			return page.equals(pattern);
		}
		String base = pattern.substring(0, pattern.length() - ANY_PORT.length());
		return page.equals(base) || (page.startsWith(base + ":") && isPort(page.substring(base.length() + 1)));
	}

	private static boolean isPort(String text) {
		return !text.isEmpty() && text.length() <= 5 && text.chars().allMatch((c) -> c >= '0' && c <= '9');
	}

	private static String origin(URI target) {
		String scheme = "wss".equals(target.getScheme()) ? "https"
				: "ws".equals(target.getScheme()) ? "http" : String.valueOf(target.getScheme());
		int port = target.getPort();
		boolean standard = port == -1 || (scheme.equals("http") && port == 80)
				|| (scheme.equals("https") && port == 443);
		String host = String.valueOf(target.getHost()).toLowerCase(Locale.ROOT);
		return scheme + "://" + host + (standard ? "" : ":" + port);
	}

}
