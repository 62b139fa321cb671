package org.fhiranchor.interceptors.identity.token;

import java.time.Instant;

/** What became of a token. */
public sealed interface TokenResult {
  /**
   * The token holds.
   *
   * @param until when it has to be looked at again, at the latest
   */
  record Valid(Requester requester, Instant until) implements TokenResult {}

  /** The token does not hold, or cannot be checked. */
  record Refused(Refusal why) implements TokenResult {}
}
