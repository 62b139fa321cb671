package org.fhiranchor.interceptors.identity;

/** What became of a token. */
public sealed interface TokenResult {
  /** The token holds. */
  record Valid(Requester requester) implements TokenResult {}

  /** The token does not hold, or cannot be checked. */
  record Refused(Refusal why) implements TokenResult {}
}
