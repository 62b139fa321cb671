package org.fhiranchor.server.signin;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.fhiranchor.interceptors.identity.token.TokenResult;

/**
 * The checks of every token, and one more: a token of a sign-in is good as long as its
 * authorization stands. One of {@code make token} has none, and is good until it expires.
 */
final class RevocableTokens implements TokenDecoder {
  private final TokenDecoder checks;
  private final Authorizations authorizations;

  RevocableTokens(TokenDecoder checks, Authorizations authorizations) {
    this.checks = checks;
    this.authorizations = authorizations;
  }

  @Override
  public TokenResult decode(String token) {
    TokenResult result = checks.decode(token);
    return result instanceof TokenResult.Refused
            || isMinted(token)
            || authorizations.isActive(token)
        ? result
        : new TokenResult.Refused(Refusal.TOKEN_EXPIRED);
  }

  /** The signature, which holds, covers the header. */
  private static boolean isMinted(String token) {
    try {
      return JOSEObjectType.JWT.equals(SignedJWT.parse(token).getHeader().getType());
    } catch (ParseException unreadable) {
      return false;
    }
  }
}
