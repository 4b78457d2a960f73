package io.fanfare.socket;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;

import io.fanfare.session.Beginning;
import io.fanfare.session.Sessions;
import io.fanfare.wire.Cursor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;

/// Where a client asks to begin: at `cursor`, without one at `since`, without either now.
final class Beginnings {

	/// What a client's clock may be ahead.
	private static final Duration SKEW = Duration.ofSeconds(30);

	private final Sessions sessions;

	private final InstantSource clock;

	Beginnings(Sessions sessions, InstantSource clock) {
		this.sessions = sessions;
		this.clock = clock;
	}

	/// Reads the parameters of a request.
	/// @return nothing where what is asked for cannot be: a cursor that cannot be read or
	/// is of
	/// another cluster, a time that is malformed or to come
	Optional<Beginning> of(MultiValueMap<String, String> parameters) {
		@Nullable String cursor = parameters.getFirst("cursor");
		if (StringUtils.hasLength(cursor)) {
			return Cursor.decode(cursor).filter(this.sessions::isOfCluster).map(Beginning.At::new);
		}
		@Nullable String since = parameters.getFirst("since");
		return StringUtils.hasLength(since) ? time(since).map(Beginning.Since::new) : Optional.of(new Beginning.Now());
	}

	/// Reads an RFC 3339 time, or a duration before now, such as `5m` or `PT5M`.
	private Optional<Instant> time(String text) {
		Instant now = this.clock.instant();
		try {
			Instant time = Character.isDigit(text.charAt(text.length() - 1)) || text.indexOf('-') > 0
					// A plus sign that was not escaped has become a space.
					? OffsetDateTime.parse(text.replace(' ', '+')).toInstant()
					: now.minus(DurationStyle.detectAndParse(text));
			return time.isAfter(now.plus(SKEW)) ? Optional.empty()
					: Optional.of(time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time);
		}
		catch (DateTimeException | ArithmeticException | IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

}
