package org.fhiranchor.interceptors.identity.token;

import java.time.Instant;
import java.util.Optional;

/** What became of a token. */
public sealed interface TokenResult {
  /**
   * The token holds.
   *
   * @param until when it has to be looked at again, at the latest
   */
  record Valid(Requester requester, Instant until) implements TokenResult {}

  /**
   * The token does not hold, or cannot be checked.
   *
   * @param claim the claim that is missing or malformed
   */
  record Refused(Refusal why, Optional<String> claim) implements TokenResult {
    /** No claim in particular is to blame. */
    public Refused(Refusal why) {
      this(why, Optional.empty());
    }

    static Refused ofClaim(String claim) {
      return new Refused(Refusal.MALFORMED_CLAIM, Optional.of(claim));
    }
  }
}
