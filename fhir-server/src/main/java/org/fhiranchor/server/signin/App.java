package org.fhiranchor.server.signin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * A client of the demo issuer, in the words of RFC 7591.
 *
 * @param secretHash of a client with a secret; the secret itself is kept nowhere
 * @param jwks public keys of a client that signs assertions
 * @param launchUri where an app starts that is launched out of an EHR
 * @param trusted whether nobody is asked to allow it: the console of this server
 * @param unused whether nobody has signed in to it since it registered by itself
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
record App(
    @JsonProperty("client_id") String id,
    @JsonProperty("client_name") String name,
    @JsonProperty("redirect_uris") List<String> redirectUris,
    @JsonProperty("post_logout_redirect_uris") @Nullable List<String> afterSignOut,
    @JsonProperty("grant_types") List<String> grantTypes,
    @JsonProperty("token_endpoint_auth_method") String authentication,
    @JsonProperty("scope") String scope,
    @JsonProperty("client_secret_hash") @Nullable String secretHash,
    @JsonProperty("jwks") @Nullable Map<String, Object> jwks,
    @JsonProperty("launch_uri") @Nullable String launchUri,
    @JsonProperty("client_id_issued_at") long issuedAt,
    @JsonProperty("trusted") boolean trusted,
    @JsonProperty("unused") boolean unused) {
  static final String NONE = "none";
  static final String SECRET = "client_secret_basic";
  static final String SECRET_IN_BODY = "client_secret_post";
  static final String ASSERTION = "private_key_jwt";

  private static final Duration CODE = Duration.ofMinutes(1);
  private static final Duration ACCESS = Duration.ofHours(1);
  private static final Duration REFRESH = Duration.ofDays(7);

  /** The same, once somebody has signed in to it. */
  App used() {
    return new App(
        id,
        name,
        redirectUris,
        afterSignOut,
        grantTypes,
        authentication,
        scope,
        secretHash,
        jwks,
        launchUri,
        issuedAt,
        trusted,
        false);
  }

  /** What it may ask for: to come back by itself only where it can take a refresh token. */
  String askable() {
    if (grantTypes.contains("refresh_token")) {
      return scope;
    }
    return Stream.of(scope.split(" "))
        .filter(one -> !RefreshTokens.SCOPES.contains(one))
        .collect(Collectors.joining(" "));
  }

  /** As Spring Authorization Server knows it. */
  RegisteredClient registered() {
    RegisteredClient.Builder client =
        RegisteredClient.withId(id)
            .clientId(id)
            .clientName(name)
            .clientAuthenticationMethod(new ClientAuthenticationMethod(authentication))
            .redirectUris(uris -> uris.addAll(redirectUris))
            .postLogoutRedirectUris(
                uris -> uris.addAll(afterSignOut == null ? List.of() : afterSignOut))
            .authorizationGrantTypes(
                types -> grantTypes.forEach(type -> types.add(new AuthorizationGrantType(type))))
            .scopes(scopes -> scopes.addAll(List.of(scope.split(" "))))
            .clientSettings(settings())
            .tokenSettings(
                TokenSettings.builder()
                    .authorizationCodeTimeToLive(CODE)
                    .accessTokenTimeToLive(ACCESS)
                    .refreshTokenTimeToLive(REFRESH)
                    .reuseRefreshTokens(false)
                    .build());
    if (secretHash != null) {
      client.clientSecret(secretHash);
    }
    return client.build();
  }

  private ClientSettings settings() {
    ClientSettings.Builder settings =
        ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(!trusted);
    if (authentication.equals(ASSERTION)) {
      settings.tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.ES384);
    }
    return settings.build();
  }
}
