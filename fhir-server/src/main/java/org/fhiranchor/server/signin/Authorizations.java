package org.fhiranchor.server.signin;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * What was authorized. Tokens are in the file before anybody gets them; codes, and what a person is
 * being asked, are lost with a restart. At most {@link #EACH} that got a token stand for one person
 * at one app, as many that got none yet, and {@link #MOST} in all; the oldest goes first, and its
 * tokens with it. Requests that got none go before those: whoever makes a browser ask very often
 * signs nobody out.
 */
final class Authorizations implements OAuth2AuthorizationService {
  static final int MOST = 1_000;
  static final int EACH = 100;

  private final UnaryOperator<OAuth2Authorization> completed;
  private final AuthorizationFile file;
  private final Consumer<String> signedIn;
  private final Map<String, OAuth2Authorization> byId = new LinkedHashMap<>();
  private boolean restored;

  /** From each token that is good for something to the id of its authorization. */
  private final Map<String, String> byToken = new HashMap<>();

  /**
   * From each refresh token that was exchanged for the next to the id of its authorization, the
   * newest {@link #MOST}.
   */
  private final Map<String, String> spent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Those of the file.
   *
   * @param completed what is put into each before it is kept
   * @param signedIn told the id of each app that gets a token
   */
  Authorizations(
      UnaryOperator<OAuth2Authorization> completed,
      AuthorizationFile file,
      Consumer<String> signedIn) {
    this.completed = completed;
    this.file = file;
    this.signedIn = signedIn;
  }

  /** At the first use: the addresses of the console are known once the port is. */
  private void restore() {
    if (restored) {
      return;
    }
    for (OAuth2Authorization found : file.authorizations()) {
      OAuth2Authorization one = completed.apply(found);
      byId.put(one.getId(), one);
      tokens(one).forEach(token -> byToken.put(token, one.getId()));
    }
    spent.putAll(file.spent());
    restored = true;
  }

  @Override
  public void save(OAuth2Authorization authorization) {
    keep(completed.apply(ended(authorization)));
    if (authorization.getAccessToken() != null) {
      signedIn.accept(authorization.getRegisteredClientId());
    }
  }

  /** One of its tokens was revoked: so is what the others are good for (SIGN-2f). */
  private static OAuth2Authorization ended(OAuth2Authorization authorization) {
    OAuth2Authorization.Token<OAuth2AccessToken> access =
        authorization.getToken(OAuth2AccessToken.class);
    OAuth2Authorization.Token<OAuth2RefreshToken> refresh =
        authorization.getToken(OAuth2RefreshToken.class);
    return access != null && access.isInvalidated() && refresh != null && !refresh.isInvalidated()
        ? OAuth2Authorization.from(authorization).invalidate(refresh.getToken()).build()
        : authorization;
  }

  private synchronized void keep(OAuth2Authorization authorization) {
    restore();
    refreshToken(byId.get(authorization.getId()))
        .filter(was -> !refreshToken(authorization).equals(Optional.of(was)))
        .ifPresent(was -> spent.put(was, authorization.getId()));
    forget(authorization.getId());
    byId.put(authorization.getId(), authorization);
    tokens(authorization).forEach(token -> byToken.put(token, authorization.getId()));
    limit(one -> isOfSame(one, authorization) && hasToken(one) == hasToken(authorization), EACH);
    while (byId.size() > MOST) {
      end(oldest(authorization));
    }
    file.write(byId.values(), spent);
  }

  private static boolean isOfSame(OAuth2Authorization one, OAuth2Authorization other) {
    return one.getRegisteredClientId().equals(other.getRegisteredClientId())
        && one.getPrincipalName().equals(other.getPrincipalName());
  }

  private static boolean hasToken(OAuth2Authorization one) {
    return one.getAccessToken() != null || one.getRefreshToken() != null;
  }

  /** Of those that got no token if there is one, but for the newest. */
  private String oldest(OAuth2Authorization newest) {
    return byId.values().stream()
        .filter(one -> !one.getId().equals(newest.getId()) && !hasToken(one))
        .findFirst()
        .orElseGet(() -> byId.values().iterator().next())
        .getId();
  }

  private void limit(Predicate<OAuth2Authorization> which, int most) {
    List<String> ids =
        byId.values().stream().filter(which).map(OAuth2Authorization::getId).toList();
    ids.stream().limit(Math.max(0, ids.size() - most)).forEach(this::end);
  }

  /** With all that led to it: nothing that comes later brings it back. */
  private void end(String id) {
    forget(id);
    spent.values().removeIf(id::equals);
  }

  private static Optional<String> refreshToken(@Nullable OAuth2Authorization authorization) {
    return Optional.ofNullable(authorization)
        .flatMap(one -> value(one.getToken(OAuth2RefreshToken.class)));
  }

  @Override
  public synchronized void remove(OAuth2Authorization authorization) {
    restore();
    end(authorization.getId());
    file.write(byId.values(), spent);
  }

  private void forget(String id) {
    OAuth2Authorization was = byId.remove(id);
    if (was != null) {
      tokens(was).forEach(byToken::remove);
    }
  }

  @Override
  public synchronized @Nullable OAuth2Authorization findById(String id) {
    restore();
    return byId.get(id);
  }

  /**
   * Of a refresh token that was used before there are two holders, and one of them stole it: the
   * whole authorization ends (RFC 9700 section 4.14).
   */
  @Override
  public synchronized @Nullable OAuth2Authorization findByToken(
      String token, @Nullable OAuth2TokenType type) {
    restore();
    String stolen = spent.get(token);
    if (stolen != null) {
      end(stolen);
      file.write(byId.values(), spent);
    }
    return Optional.ofNullable(byToken.get(token))
        .flatMap(id -> Optional.ofNullable(byId.get(id)))
        .filter(found -> isOfType(found, token, type))
        .orElse(null);
  }

  /** Whether this is an access token that nobody has ended. */
  boolean isActive(String accessToken) {
    return Optional.ofNullable(findByToken(accessToken, OAuth2TokenType.ACCESS_TOKEN))
        .flatMap(found -> Optional.ofNullable(found.getAccessToken()))
        .filter(OAuth2Authorization.Token::isActive)
        .isPresent();
  }

  /**
   * Where none is said, one is looked for that opens something: who introspects or revokes (RFC
   * 7662, RFC 7009) means no id token, which browsers keep in addresses.
   */
  private static boolean isOfType(
      OAuth2Authorization found, String token, @Nullable OAuth2TokenType type) {
    Set<String> types =
        type == null ? Set.of("access_token", "refresh_token") : Set.of(type.getValue());
    return values(found)
        .filter(named -> types.contains(named.getKey()))
        .anyMatch(named -> named.getValue().equals(token));
  }

  private static Stream<String> tokens(OAuth2Authorization authorization) {
    return values(authorization).map(Map.Entry::getValue);
  }

  private static Stream<Map.Entry<String, String>> values(OAuth2Authorization authorization) {
    return Stream.of(
            entry(
                "state",
                Optional.ofNullable(authorization.getAttribute(OAuth2ParameterNames.STATE))),
            entry("code", value(authorization.getToken(OAuth2AuthorizationCode.class))),
            entry("access_token", value(authorization.getToken(OAuth2AccessToken.class))),
            entry("refresh_token", value(authorization.getToken(OAuth2RefreshToken.class))),
            entry("id_token", value(authorization.getToken(OidcIdToken.class))))
        .flatMap(Optional::stream);
  }

  private static Optional<String> value(OAuth2Authorization.@Nullable Token<?> token) {
    return Optional.ofNullable(token).map(one -> one.getToken().getTokenValue());
  }

  private static Optional<Map.Entry<String, String>> entry(String type, Optional<String> value) {
    return value.map(token -> Map.entry(type, token));
  }
}
