package org.fhiranchor.interceptors.identity.token;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the Authorization headers of a request to its requester (RFC 6750 section 2.1; the token is
 * accepted in the header alone, never in a URL or a form). Knows nothing of HAPI, so that it can
 * guard other paths too.
 */
public final class BearerTokens {
  /** The longest token looked at, in characters. */
  public static final int MAX_LENGTH = 16_384;

  private static final Pattern BEARER =
      Pattern.compile("bearer +([A-Za-z0-9._~+/-]+=*) *", Pattern.CASE_INSENSITIVE);

  private final TokenDecoder decoder;

  /** Reads headers for this decoder. */
  public BearerTokens(TokenDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Checks the headers.
   *
   * @param authorization every Authorization header of the request
   */
  public TokenResult check(List<String> authorization) {
    if (authorization.isEmpty()) {
      return new TokenResult.Refused(Refusal.NO_TOKEN);
    }
    if (authorization.stream().anyMatch(header -> header.length() > MAX_LENGTH)) {
      return new TokenResult.Refused(Refusal.TOKEN_TOO_LONG);
    }
    Matcher match = BEARER.matcher(authorization.get(0));
    return authorization.size() == 1 && match.matches()
        ? decoder.decode(match.group(1))
        : new TokenResult.Refused(Refusal.NOT_BEARER);
  }
}
