package io.fanfare.auth;

import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/// Refuses tokens without `iss`, `exp` or a string `sub`; Spring Security's own validators pass
/// over what is not there.
final class RequiredClaimsValidator implements OAuth2TokenValidator<Jwt> {

	private static final OAuth2Error MISSING = new OAuth2Error("invalid_token", "iss, exp or sub is missing", null);

	@Override
	public OAuth2TokenValidatorResult validate(Jwt token) {
		boolean complete = token.hasClaim("iss") && token.getExpiresAt() != null
				&& token.getClaims().get("sub") instanceof String;
		return complete ? OAuth2TokenValidatorResult.success() : OAuth2TokenValidatorResult.failure(MISSING);
	}

}
