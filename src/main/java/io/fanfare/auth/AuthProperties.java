package io.fanfare.auth;

import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What a token has to have, beyond Spring Boot's resource server settings.
///
/// @param requiredScope scope that every token must have; none is required without it
/// @param clockSkew difference allowed between the issuer's clock and this one
/// @param allowedOrigins web origins that may connect, such as https://app.example.com; the
/// gateway's own alone where empty; a port of * stands for any
/// @param maxTokenSize bytes of a token at most
/// @param maxAddresses addresses that one token has at most
/// @param tokenCacheSize verified tokens that are known again, at most
/// @param tokenCacheTtl time after its verification that a token is known at most
@Validated
@ConfigurationProperties("fanfare.auth")
public record AuthProperties(@Nullable String requiredScope, @DefaultValue("30s") Duration clockSkew,
		@DefaultValue List<String> allowedOrigins, @DefaultValue("8KB") DataSize maxTokenSize,
		@DefaultValue("64") int maxAddresses, @DefaultValue("20000") @Min(0) int tokenCacheSize,
		@DefaultValue("10m") @DurationMin(millis = 0) Duration tokenCacheTtl) {

	public AuthProperties {
		allowedOrigins = List.copyOf(allowedOrigins);
	}

}
