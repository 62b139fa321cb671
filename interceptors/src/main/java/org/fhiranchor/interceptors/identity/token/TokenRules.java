package org.fhiranchor.interceptors.identity.token;

import java.time.Duration;
import java.util.Set;

/**
 * What a token must say to be accepted.
 *
 * @param issuer the exact value of {@code iss}
 * @param audiences at least one of these must stand in {@code aud}
 * @param ownBases base URLs of this FHIR server, to tell local references from foreign ones
 * @param clockSkew how far the issuer's clock may be off, at most {@link #MAX_SKEW}
 */
public record TokenRules(
    String issuer, Set<String> audiences, Set<String> ownBases, Duration clockSkew) {
  /** The most that clocks may be apart. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(2);

  public TokenRules {
    audiences = Set.copyOf(audiences);
    ownBases = Set.copyOf(ownBases);
    if (issuer.isBlank() || audiences.isEmpty()) {
      throw new IllegalArgumentException("token rules: want an issuer and at least one audience");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
      throw new IllegalArgumentException(
          "token clock skew: want 0 to %s, got %s".formatted(MAX_SKEW, clockSkew));
    }
  }
}
