package org.fhiranchor.interceptors.identity.token;

import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Issuer, audience and times of a token whose signature holds. Stricter than Spring's own
 * validators: {@code exp} must be there, and a token expires at that very instant (RFC 7519 section
 * 4.1.4), give or take the clock skew. The error's code is the name of the {@link Refusal}, its
 * description the claim that is missing.
 */
final class JwtChecks implements OAuth2TokenValidator<Jwt> {
  private final TokenRules rules;
  private final Clock clock;

  JwtChecks(TokenRules rules, Clock clock) {
    this.rules = rules;
    this.clock = clock;
  }

  @Override
  public OAuth2TokenValidatorResult validate(Jwt token) {
    return refusal(token)
        .map(why -> OAuth2TokenValidatorResult.failure(error(why, token)))
        .orElseGet(OAuth2TokenValidatorResult::success);
  }

  /** The claim stands in the error's description where the token does not have it. */
  private static OAuth2Error error(Refusal why, Jwt token) {
    String claim =
        switch (why) {
          case WRONG_ISSUER -> "iss";
          case WRONG_AUDIENCE -> "aud";
          default -> "exp";
        };
    return new OAuth2Error(why.name(), token.hasClaim(claim) ? "" : claim, "");
  }

  private Optional<Refusal> refusal(Jwt token) {
    if (!rules.issuer().equals(token.getClaims().get("iss"))) {
      return Optional.of(Refusal.WRONG_ISSUER);
    }
    List<String> audience = Optional.ofNullable(token.getAudience()).orElse(List.of());
    if (Collections.disjoint(rules.audiences(), audience)) {
      return Optional.of(Refusal.WRONG_AUDIENCE);
    }
    return times(token);
  }

  private Optional<Refusal> times(Jwt token) {
    Instant now = clock.instant();
    // Not iat: Spring puts one in, a second before exp, where the token has none.
    if (isAfter(token.getNotBefore(), now.plus(rules.clockSkew()))) {
      return Optional.of(Refusal.TOKEN_NOT_YET_VALID);
    }
    return isAfter(token.getExpiresAt(), now.minus(rules.clockSkew()))
        ? Optional.empty()
        : Optional.of(Refusal.TOKEN_EXPIRED);
  }

  private static boolean isAfter(@Nullable Instant claim, Instant limit) {
    return claim != null && claim.isAfter(limit);
  }
}
