package io.fanfare.auth;

import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import org.jspecify.annotations.Nullable;

/// Refuses a `sub` that is no string (RFC 7519 §4.1.2). Nimbus makes a string of a number, so
/// that the user `7` would get what is meant for the user `"7"`.
final class StrictProcessor extends DefaultJWTProcessor<SecurityContext> {

	@Override
	public JWTClaimsSet process(SignedJWT token, @Nullable SecurityContext context)
			throws BadJOSEException, JOSEException {
		JWTClaimsSet claims = super.process(token, context);
		Map<String, Object> payload = token.getPayload().toJSONObject();
		if (payload == null || !(payload.get("sub") instanceof String)) {
			throw new BadJWTException("sub is no string");
		}
		return claims;
	}

}
