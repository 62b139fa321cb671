package org.fhiranchor.server.signin;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.Principal;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * An authorization as it is written down: what is needed to refresh, end and introspect its tokens.
 * Its code is not kept: a code that a restart meets is lost, and the app asks again.
 *
 * @param person who signed in; none for a back-end service
 * @param access a JWT; absent once it was revoked, and so are the other two
 */
record KeptAuthorization(
    String id,
    String client,
    String grant,
    @Nullable String person,
    @Nullable String patient,
    @Nullable String encounter,
    Set<String> scopes,
    @Nullable String access,
    @Nullable Lasting refresh,
    @Nullable String identity) {
  /** The claim that Spring's generator of id tokens reads as a date. */
  private static final String AUTHENTICATED = "auth_time";

  /** A token that says nothing itself; instants in milliseconds. */
  record Lasting(String value, long issued, long expires) {}

  /** Empty when none of its tokens is good any more, and before it has one. */
  static Optional<KeptAuthorization> of(OAuth2Authorization from) {
    Optional<String> access =
        active(from.getToken(OAuth2AccessToken.class)).map(KeptAuthorization::value);
    Optional<Lasting> refresh =
        active(from.getToken(OAuth2RefreshToken.class)).map(KeptAuthorization::lasting);
    if (access.isEmpty() && refresh.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new KeptAuthorization(
            from.getId(),
            from.getRegisteredClientId(),
            from.getAuthorizationGrantType().getValue(),
            DemoPerson.of(from.getAttribute(Principal.class.getName()))
                .map(DemoPerson::id)
                .orElse(null),
            SmartTokens.patient(from).orElse(null),
            SmartTokens.encounter(from).orElse(null),
            new TreeSet<>(from.getAuthorizedScopes()),
            access.orElse(null),
            refresh.orElse(null),
            Optional.ofNullable(from.getToken(OidcIdToken.class))
                .map(OAuth2Authorization.Token::getToken)
                .map(KeptAuthorization::value)
                .orElse(null)));
  }

  private static <T extends OAuth2Token> Optional<T> active(
      OAuth2Authorization.@Nullable Token<T> token) {
    return Optional.ofNullable(token)
        .filter(OAuth2Authorization.Token::isActive)
        .map(OAuth2Authorization.Token::getToken);
  }

  private static String value(OAuth2Token token) {
    return token.getTokenValue();
  }

  private static Lasting lasting(OAuth2RefreshToken token) {
    Instant issued = Optional.ofNullable(token.getIssuedAt()).orElse(Instant.EPOCH);
    Instant expires = Optional.ofNullable(token.getExpiresAt()).orElse(issued);
    return new Lasting(value(token), issued.toEpochMilli(), expires.toEpochMilli());
  }

  /**
   * Whether this can be read.
   *
   * @throws IllegalArgumentException when it cannot
   */
  void check() {
    Optional.ofNullable(access).ifPresent(KeptAuthorization::claims);
    Optional.ofNullable(identity).ifPresent(KeptAuthorization::claims);
  }

  /** Empty when the app or the person is gone. */
  Optional<OAuth2Authorization> restored(Apps apps, DemoPeople people) {
    RegisteredClient app = apps.findById(client);
    Optional<DemoPerson> user = Optional.ofNullable(person).flatMap(people::named);
    if (app == null || user.isPresent() != (person != null)) {
      return Optional.empty();
    }
    OAuth2Authorization.Builder restored =
        OAuth2Authorization.withRegisteredClient(app)
            .id(id)
            .principalName(user.map(DemoPerson::id).orElse(client))
            .authorizationGrantType(new AuthorizationGrantType(grant))
            .authorizedScopes(scopes);
    user.ifPresent(one -> restored.attribute(Principal.class.getName(), signedIn(one)));
    Optional.ofNullable(patient).ifPresent(one -> restored.attribute(SmartTokens.PATIENT, one));
    Optional.ofNullable(encounter).ifPresent(one -> restored.attribute(SmartTokens.ENCOUNTER, one));
    Optional.ofNullable(access).ifPresent(value -> restoreAccess(restored, value));
    Optional.ofNullable(refresh)
        .ifPresent(
            one ->
                restored.refreshToken(
                    new OAuth2RefreshToken(
                        one.value(),
                        Instant.ofEpochMilli(one.issued()),
                        Instant.ofEpochMilli(one.expires()))));
    Optional.ofNullable(identity).ifPresent(value -> restoreIdentity(restored, value));
    return Optional.of(restored.build());
  }

  private static Authentication signedIn(DemoPerson person) {
    return UsernamePasswordAuthenticationToken.authenticated(person, null, List.of());
  }

  private static void restoreAccess(OAuth2Authorization.Builder restored, String value) {
    Map<String, Object> claims = claims(value);
    Set<String> scopes =
        new TreeSet<>(List.of(String.valueOf(claims.getOrDefault("scope", "")).split(" ")));
    restored.token(
        new OAuth2AccessToken(
            OAuth2AccessToken.TokenType.BEARER,
            value,
            instant(claims, "iat"),
            instant(claims, "exp"),
            scopes),
        with -> with.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, claims));
  }

  private static void restoreIdentity(OAuth2Authorization.Builder restored, String value) {
    Map<String, Object> claims = claims(value);
    restored.token(
        new OidcIdToken(value, instant(claims, "iat"), instant(claims, "exp"), claims),
        with -> with.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, claims));
  }

  private static Instant instant(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof Instant instant ? instant : Instant.EPOCH;
  }

  /** Unchecked: the file is this server's own. */
  private static Map<String, Object> claims(String jwt) {
    try {
      JWTClaimsSet read = SignedJWT.parse(jwt).getJWTClaimsSet();
      Map<String, Object> claims = new HashMap<>();
      read.getClaims()
          .forEach(
              (name, claim) ->
                  claims.put(
                      name,
                      claim instanceof Date date && !name.equals(AUTHENTICATED)
                          ? date.toInstant()
                          : claim));
      return claims;
    } catch (ParseException e) {
      throw new IllegalArgumentException("want a signed JWT", e);
    }
  }
}
