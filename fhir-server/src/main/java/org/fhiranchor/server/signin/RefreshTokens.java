package org.fhiranchor.server.signin;

import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/**
 * Refresh tokens for those who asked for {@code offline_access} or {@code online_access}, public
 * apps too: each is good once, so a stolen one is noticed.
 */
final class RefreshTokens implements OAuth2TokenGenerator<OAuth2RefreshToken> {
  /** With one of these an app comes back by itself. */
  static final Set<String> SCOPES = Set.of("offline_access", "online_access");

  private static final int BYTES = 96;

  private final StringKeyGenerator random =
      new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), BYTES);

  @Override
  public @Nullable OAuth2RefreshToken generate(OAuth2TokenContext context) {
    boolean wanted =
        AuthorizationGrantType.REFRESH_TOKEN.equals(context.getAuthorizationGrantType())
            || context.getAuthorizedScopes().stream().anyMatch(SCOPES::contains);
    if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType()) || !wanted) {
      return null;
    }
    Instant now = Instant.now();
    return new OAuth2RefreshToken(
        random.generateKey(),
        now,
        now.plus(context.getRegisteredClient().getTokenSettings().getRefreshTokenTimeToLive()));
  }
}
