package io.fanfare.auth;

import java.text.ParseException;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.DefaultJOSEProcessor;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.converter.Converter;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;

/// Decodes signed tokens as Spring Security's own decoder does, but reads the header once where
/// that reads it twice, and refuses a `sub` that is no string (RFC 7519 §4.1.2): Nimbus makes a
/// string of a number, so that the user `7` would get what is meant for the user `"7"`. Safe for
/// use by several threads.
final class TokenDecoder implements JwtDecoder {

	/// The issuer stays text: as a URL nobody asks for it.
	private static final Converter<Map<String, Object>, Map<String, Object>> CLAIMS = MappedJwtClaimSetConverter
		.withDefaults(Map.of(JwtClaimNames.ISS, (issuer) -> issuer));

	private final DefaultJOSEProcessor<SecurityContext> processor = new DefaultJOSEProcessor<>();

	private final OAuth2TokenValidator<Jwt> validator;

	/// @param validator judges the claims of a token whose signature is good
	TokenDecoder(JWSKeySelector<SecurityContext> keys, OAuth2TokenValidator<Jwt> validator) {
		this.processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT,
				new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), null));
		this.processor.setJWSKeySelector(keys);
		this.validator = validator;
	}

	/// @throws BadJwtException if the token is not good
	/// @throws JwtException if it cannot be judged
	@Override
	public Jwt decode(String token) {
		Jwt jwt = read(token);
		OAuth2TokenValidatorResult result = this.validator.validate(jwt);
		if (result.hasErrors()) {
			throw new JwtValidationException(result.getErrors().toString(), result.getErrors());
		}
		return jwt;
	}

	private Jwt read(String token) {
		try {
			JWSObject signed = JWSObject.parse(token);
			Map<String, Object> claims = claims(this.processor.process(signed, null).toJSONObject());
			return Jwt.withTokenValue(token)
				.headers((headers) -> headers.putAll(signed.getHeader().toJSONObject()))
				.claims((all) -> all.putAll(claims))
				.build();
		}
		catch (JOSEException ex) {
			throw new JwtException("The token cannot be judged", ex);
		}
		catch (BadJOSEException | ParseException | RuntimeException ex) {
			// At run time fails what makes times, lists and texts of claims that are
			// none.
			throw new BadJwtException("The token is not good: " + ex.getMessage(), ex);
		}
	}

	private static Map<String, Object> claims(@Nullable Map<String, Object> payload) throws ParseException {
		if (payload == null || !(payload.get(JwtClaimNames.SUB) instanceof String)) {
			throw new ParseException("sub is no string", 0);
		}
		return CLAIMS.convert(JWTClaimsSet.parse(payload).getClaims());
	}

}
