package io.fanfare.dev;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/// A `client_credentials` request to the local issuer (RFC 6749 §4.4.2), read from its
/// form and `Authorization` header: the subject, how long the token lives, and the claims
/// asked for.
record TokenRequest(String subject, Duration ttl, Map<String, Object> claims) {

	private static final Duration DEFAULT_TTL = Duration.ofHours(1);

	private static final Duration MAX_TTL = Duration.ofDays(366);

	private static final List<String> REPEATABLE = List.of("groups", "aud");

	/// Reads a request.
	/// @param form the body, `application/x-www-form-urlencoded`
	/// @param authorization the `Authorization` header, if there is one
	/// @throws Refusal when RFC 6749 §5.2 asks for an error answer
	static TokenRequest read(String form, @Nullable String authorization) throws Refusal {
		Map<String, List<String>> parameters = parameters(form);
		String grant = single(parameters, "grant_type");
		if (grant == null) {
			throw new Refusal(400, "invalid_request", "grant_type is missing; use client_credentials");
		}
		if (!grant.equals("client_credentials")) {
			throw new Refusal(400, "unsupported_grant_type", "Only client_credentials is served");
		}
		Map<String, Object> claims = new LinkedHashMap<>();
		for (String name : List.of("tenant", "scope")) {
			String value = single(parameters, name);
			if (value != null) {
				claims.put(name, value);
			}
		}
		List<String> groups = list(parameters, "groups");
		if (!groups.isEmpty()) {
			claims.put("groups", groups);
		}
		List<String> audiences = list(parameters, "aud");
		if (!audiences.isEmpty()) {
			claims.put("aud", (audiences.size() == 1) ? audiences.getFirst() : audiences);
		}
		String clientId = single(parameters, "client_id");
		return new TokenRequest(subject(clientId, authorization), ttl(single(parameters, "ttl")), claims);
	}

	private static String subject(@Nullable String clientId, @Nullable String authorization) throws Refusal {
		if (authorization == null) {
			if (clientId == null) {
				throw new Refusal(401, "invalid_client", "client_id is missing; use the user's name");
			}
			return clientId;
		}
		if (!authorization.toLowerCase(Locale.ROOT).startsWith("basic ")) {
			throw new Refusal(401, "invalid_client", "Authorization is not Basic");
		}
		String user;
		try {
			byte[] credentials = Base64.getDecoder().decode(authorization.substring("basic ".length()).trim());
			// RFC 6749 §2.3.1: the client's name is form-encoded inside.
			user = decode(new String(credentials, StandardCharsets.UTF_8).split(":", 2)[0]);
		}
		catch (IllegalArgumentException ex) {
			throw new Refusal(401, "invalid_client", "The Basic credentials cannot be decoded");
		}
		if (user.isEmpty()) {
			throw new Refusal(401, "invalid_client", "The Basic credentials name no user");
		}
		if (clientId != null && !clientId.equals(user)) {
			throw new Refusal(400, "invalid_request", "client_id and the Basic credentials name different users");
		}
		return user;
	}

	private static Duration ttl(@Nullable String value) throws Refusal {
		if (value == null) {
			return DEFAULT_TTL;
		}
		try {
			Duration ttl = DurationStyle.detectAndParse(value, ChronoUnit.SECONDS);
			if (ttl.compareTo(Duration.ofSeconds(1)) >= 0 && ttl.compareTo(MAX_TTL) <= 0) {
				return ttl;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// Answered below, as a value out of range is.
		}
		throw new Refusal(400, "invalid_request", "ttl is no duration between 1s and 366d; use 900, 15m or PT15M");
	}

	private static @Nullable String single(Map<String, List<String>> parameters, String name) {
		List<String> values = parameters.get(name);
		return (values != null) ? values.getFirst() : null;
	}

	private static List<String> list(Map<String, List<String>> parameters, String name) {
		return parameters.getOrDefault(name, List.of())
			.stream()
			.flatMap((value) -> Arrays.stream(value.split(",", -1)))
			.map(String::strip)
			.filter((value) -> !value.isEmpty())
			.toList();
	}

	private static Map<String, List<String>> parameters(String form) throws Refusal {
		Map<String, List<String>> parameters = new LinkedHashMap<>();
		for (String pair : form.strip().split("&", -1)) {
			int equals = pair.indexOf('=');
			// RFC 6749 §3.2: a parameter without a value counts as left out.
			if (equals < 0 || equals == pair.length() - 1) {
				continue;
			}
			try {
				parameters.computeIfAbsent(decode(pair.substring(0, equals)), (name) -> new ArrayList<>())
					.add(decode(pair.substring(equals + 1)));
			}
			catch (IllegalArgumentException ex) {
				throw new Refusal(400, "invalid_request", "The body is not form-encoded");
			}
		}
		for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
			if (parameter.getValue().size() > 1 && !REPEATABLE.contains(parameter.getKey())) {
				throw new Refusal(400, "invalid_request", "A parameter is repeated that may be given once");
			}
		}
		return parameters;
	}

	private static String decode(String value) {
		return URLDecoder.decode(value, StandardCharsets.UTF_8);
	}

	/// An error answer by RFC 6749 §5.2.
	static final class Refusal extends Exception {

		private static final long serialVersionUID = 1L;

		private final int status;

		private final String error;

		private final String description;

		Refusal(int status, String error, String description) {
			super(error + ": " + description);
			this.status = status;
			this.error = error;
			this.description = description;
		}

		int status() {
			return this.status;
		}

		Map<String, Object> body() {
			return Map.of("error", this.error, "error_description", this.description);
		}

	}

}
