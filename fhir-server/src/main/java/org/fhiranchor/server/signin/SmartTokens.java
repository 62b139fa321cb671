package org.fhiranchor.server.signin;

import java.net.URI;
import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/**
 * What the tokens of a sign-in say. An access token is like one of {@code make token}: same issuer,
 * audience and key. An id token has the issuer's address, another key, and the app as audience, so
 * that neither passes for the other.
 */
final class SmartTokens implements OAuth2TokenCustomizer<JwtEncodingContext> {
  /** Of an access token (RFC 9068 section 2.1); {@code make token} says {@code JWT}. */
  static final String TYPE = "at+jwt";

  /** Under which an authorization keeps the patient that was picked. */
  static final String PATIENT = "org.fhiranchor.patient";

  /** Likewise the visit. */
  static final String ENCOUNTER = "org.fhiranchor.encounter";

  static final String LAUNCH_ENCOUNTER = "launch/encounter";

  /** Of a back-end service, which nobody signed in. */
  private static final String PURPOSE = "TREAT";

  private final LaunchContexts launches;
  private final SignInAddress address;

  SmartTokens(LaunchContexts launches, SignInAddress address) {
    this.launches = launches;
    this.address = address;
  }

  @Override
  public void customize(JwtEncodingContext context) {
    Optional<DemoPerson> person = DemoPerson.of(context.getPrincipal());
    if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      access(context, person);
    } else if (OidcParameterNames.ID_TOKEN.equals(context.getTokenType().getValue())) {
      person.ifPresent(one -> identity(context, one));
    }
  }

  private static void access(JwtEncodingContext context, Optional<DemoPerson> person) {
    context.getJwsHeader().algorithm(SignatureAlgorithm.ES256).type(TYPE);
    JwtClaimsSet.Builder claims = context.getClaims();
    claims
        .issuer(EmbeddedIssuer.ISSUER)
        .audience(List.of(EmbeddedIssuer.AUDIENCE))
        .claim("client_id", context.getRegisteredClient().getClientId())
        .claim("scope", String.join(" ", context.getAuthorizedScopes()));
    if (person.isEmpty()) {
      claims.claim("purpose_of_use", List.of(PURPOSE));
      return;
    }
    DemoPerson one = person.get();
    claims.claim("fhirUser", one.fhirUser()).claim("purpose_of_use", one.purposes());
    Optional.ofNullable(context.getAuthorization())
        .flatMap(SmartTokens::patient)
        .ifPresent(id -> claims.claim("patient", id));
  }

  private void identity(JwtEncodingContext context, DemoPerson person) {
    if (context.getAuthorizedScopes().contains("fhirUser")) {
      user(person).ifPresent(user -> context.getClaims().claim("fhirUser", user));
    }
  }

  /**
   * The patient of an authorization: patients are their own; for all others the one that was
   * picked, or whose record was open when the app was launched.
   */
  static Optional<String> patient(OAuth2Authorization authorization) {
    return Optional.ofNullable(authorization.getAttribute(PATIENT));
  }

  /** The visit that was picked, or open when the app was launched. */
  static Optional<String> encounter(OAuth2Authorization authorization) {
    return Optional.ofNullable(authorization.getAttribute(ENCOUNTER));
  }

  /**
   * What an app is told beside its token (SMART App Launch, section 2.0.11), which an introspection
   * says again (section 7.0.3). A back-end service is told nothing.
   */
  Map<String, Object> context(OAuth2Authorization authorization, Set<String> scopes) {
    Map<String, Object> told = new HashMap<>();
    if (person(authorization).isEmpty()) {
      return told;
    }
    patient(authorization)
        .filter(id -> needsPatient(scopes) || scopes.contains("launch"))
        .ifPresent(id -> told.putAll(Map.of("patient", id, "need_patient_banner", true)));
    encounter(authorization)
        .filter(id -> scopes.contains("launch") || scopes.contains(LAUNCH_ENCOUNTER))
        .ifPresent(id -> told.put("encounter", id));
    address.at(SignInPages.APP_STYLE).ifPresent(at -> told.put("smart_style_url", at.toString()));
    return told;
  }

  private static Optional<DemoPerson> person(OAuth2Authorization authorization) {
    return DemoPerson.of(authorization.getAttribute(Principal.class.getName()));
  }

  /** Puts in patient and visit, where there is none yet, and what introspection answers. */
  OAuth2Authorization completed(OAuth2Authorization authorization) {
    return introspected(inContext(authorization));
  }

  /**
   * An introspection names issuer and user as the id token does (SMART App Launch, section 7.0.3).
   */
  private OAuth2Authorization introspected(OAuth2Authorization authorization) {
    OAuth2Authorization.Token<OAuth2AccessToken> access = authorization.getAccessToken();
    Map<String, Object> said = access == null ? null : access.getClaims();
    if (access == null || said == null) {
      return authorization;
    }
    Map<String, Object> claims = new HashMap<>(said);
    address.origin().ifPresent(issuer -> claims.put("iss", issuer));
    person(authorization).flatMap(this::user).ifPresent(user -> claims.put("fhirUser", user));
    claims.putAll(context(authorization, access.getToken().getScopes()));
    return OAuth2Authorization.from(authorization)
        .token(
            access.getToken(),
            with -> {
              with.putAll(access.getMetadata());
              with.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, claims);
            })
        .build();
  }

  private Optional<String> user(DemoPerson person) {
    return address.at("/fhir/" + person.fhirUser()).map(URI::toString);
  }

  private OAuth2Authorization inContext(OAuth2Authorization authorization) {
    Optional<DemoPerson> person = person(authorization);
    if (person.isEmpty()) {
      return authorization;
    }
    Optional<LaunchContexts.Launch> launch = launch(authorization, person.get());
    OAuth2Authorization.Builder with = OAuth2Authorization.from(authorization);
    patient(authorization)
        .or(() -> own(person.get()))
        .or(() -> launch.map(LaunchContexts.Launch::patient))
        .ifPresent(id -> with.attribute(PATIENT, id));
    encounter(authorization)
        .or(() -> launch.flatMap(LaunchContexts.Launch::encounter))
        .ifPresent(id -> with.attribute(ENCOUNTER, id));
    return with.build();
  }

  private static Optional<String> own(DemoPerson person) {
    return person.isPatient()
        ? Optional.of(person.fhirUser().substring("Patient/".length()))
        : Optional.empty();
  }

  private Optional<LaunchContexts.Launch> launch(
      OAuth2Authorization authorization, DemoPerson person) {
    OAuth2AuthorizationRequest request =
        authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    return request != null
            && request.getAdditionalParameters().get("launch") instanceof String handle
        ? launches.launch(handle, person, request.getClientId())
        : Optional.empty();
  }

  /** Whether these scopes are about one patient. */
  static boolean needsPatient(Set<String> scopes) {
    return scopes.contains("launch/patient")
        || SmartScopes.parse(String.join(" ", scopes)).resources().stream()
            .anyMatch(scope -> scope.level() == ScopeLevel.PATIENT);
  }
}
