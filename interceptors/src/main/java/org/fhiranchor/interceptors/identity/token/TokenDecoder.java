package org.fhiranchor.interceptors.identity.token;

/**
 * Checks a token and says who it stands for. Called by many threads at once; may read the issuer's
 * keys over the network, within its own time limits, and never throws for anything that a token can
 * contain.
 */
@FunctionalInterface
public interface TokenDecoder {
  /**
   * Checks one token.
   *
   * @param token the bearer token alone, of bounded length
   */
  TokenResult decode(String token);
}
