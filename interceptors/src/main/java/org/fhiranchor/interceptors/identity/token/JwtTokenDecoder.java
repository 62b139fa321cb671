package org.fhiranchor.interceptors.identity.token;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/** Spring Security's decoder behind this project's port. */
final class JwtTokenDecoder implements TokenDecoder {
  private final JwtDecoder decoder;
  private final TokenClaims claims;

  JwtTokenDecoder(JwtDecoder decoder, TokenClaims claims) {
    this.decoder = decoder;
    this.claims = claims;
  }

  @Override
  public TokenResult decode(String token) {
    try {
      Jwt jwt = decoder.decode(token);
      Instant until = Optional.ofNullable(jwt.getExpiresAt()).orElse(Instant.MIN);
      return new TokenResult.Valid(claims.requester(jwt.getClaims()), until);
    } catch (JwtValidationException e) {
      return refused(List.copyOf(e.getErrors()));
    } catch (BadJwtException e) {
      return new TokenResult.Refused(Refusal.TOKEN_NOT_TRUSTED);
    } catch (JwtException e) {
      // Everything that is the token's own fault is a BadJwtException; what is left is a key set
      // out of reach.
      return new TokenResult.Refused(Refusal.KEYS_UNAVAILABLE);
    } catch (MalformedClaimException e) {
      return TokenResult.Refused.ofClaim(e.claim());
    }
  }

  private static TokenResult.Refused refused(List<OAuth2Error> errors) {
    return errors.stream()
        .findFirst()
        .map(error -> new TokenResult.Refused(reason(error.getErrorCode()), claim(error)))
        .orElseGet(() -> new TokenResult.Refused(Refusal.TOKEN_NOT_TRUSTED));
  }

  private static Optional<String> claim(OAuth2Error error) {
    return Optional.ofNullable(error.getDescription()).filter(claim -> !claim.isEmpty());
  }

  private static Refusal reason(String code) {
    for (Refusal refusal : Refusal.values()) {
      if (refusal.name().equals(code)) {
        return refusal;
      }
    }
    return Refusal.TOKEN_NOT_TRUSTED;
  }
}
