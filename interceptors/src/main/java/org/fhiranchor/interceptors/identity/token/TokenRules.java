package org.fhiranchor.interceptors.identity.token;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a token must say to be accepted.
 *
 * @param issuer the exact value of {@code iss}
 * @param audiences at least one of these must stand in {@code aud}
 * @param ownBases base URLs of this FHIR server as they are known now, to tell local references
 *     from foreign ones
 * @param clockSkew how far the issuer's clock may be off, at most {@link #MAX_SKEW}
 * @param patientClaimIsSelf whether a token without {@code fhirUser} and with {@code patient/}
 *     scopes alone speaks for the patient of its launch context
 */
public record TokenRules(
    String issuer,
    Set<String> audiences,
    Supplier<? extends Collection<String>> ownBases,
    Duration clockSkew,
    boolean patientClaimIsSelf) {
  /** The most that clocks may be apart. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(2);

  public TokenRules {
    audiences = Set.copyOf(audiences);
    if (issuer.isBlank() || audiences.isEmpty()) {
      throw new IllegalArgumentException("token rules: want an issuer and at least one audience");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
      throw new IllegalArgumentException(
          "token clock skew: want 0 to %s, got %s".formatted(MAX_SKEW, clockSkew));
    }
  }

  /** Rules of a server with these addresses, where a patient claim entitles nobody. */
  public TokenRules(
      String issuer, Set<String> audiences, Set<String> ownBases, Duration clockSkew) {
    this(issuer, audiences, () -> ownBases, clockSkew, false);
  }
}
