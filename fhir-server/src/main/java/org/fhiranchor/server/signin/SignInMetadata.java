package org.fhiranchor.server.signin;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.SmartConfiguration;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;

/** What the demo issuer says of itself: what is served, and no more (SIGN-3). */
final class SignInMetadata {
  static final List<String> GRANTS =
      List.of("authorization_code", "refresh_token", "client_credentials");
  static final List<String> CLIENT_AUTHENTICATION =
      List.of(App.NONE, App.SECRET, App.SECRET_IN_BODY, App.ASSERTION);
  static final List<String> CLIENT_AUTHENTICATION_WITH_SECRET =
      List.of(App.SECRET, App.SECRET_IN_BODY, App.ASSERTION);

  /** Of SMART, what an issuer's own document does not tell. */
  private static final List<String> CAPABILITIES =
      List.of(
          "authorize-post",
          "launch-ehr",
          "context-ehr-patient",
          "context-ehr-encounter",
          "context-banner",
          "context-style");

  /** Of Spring's documents, the endpoints and ways that no client of this issuer can use. */
  private static final List<String> NOT_SERVED =
      List.of("device_", "dpop_", "tls_", "pushed_", "require_pushed");

  private final SignInAddress address;

  SignInMetadata(SignInAddress address) {
    this.address = address;
  }

  /** The document for SMART; empty while the port is not known. */
  Optional<SmartConfiguration> smart() {
    return address
        .origin()
        .map(
            issuer ->
                SmartConfiguration.of(
                        new IssuerMetadata(
                            issuer,
                            URI.create(issuer + "/oauth2/jwks"),
                            new IssuerMetadata.Endpoints(
                                address.at("/oauth2/authorize"),
                                address.at("/oauth2/token"),
                                address.at("/oauth2/introspect"),
                                address.at("/oauth2/revoke"),
                                address.at("/oauth2/register"),
                                address.at("/oauth2/logout")),
                            GRANTS,
                            List.of("S256"),
                            CLIENT_AUTHENTICATION,
                            List.copyOf(PersonScopes.said()),
                            true))
                    .with(CAPABILITIES));
  }

  /** Takes out of Spring's document what no client here can use, and adds what it does not know. */
  void amend(Map<String, Object> claims) {
    claims.keySet().removeIf(name -> NOT_SERVED.stream().anyMatch(name::startsWith));
    claims.put("grant_types_supported", GRANTS);
    claims.put("token_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION);
    claims.put("token_endpoint_auth_signing_alg_values_supported", List.of("ES384", "RS384"));
    claims.put("revocation_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION);
    claims.put("introspection_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION_WITH_SECRET);
    claims.put("scopes_supported", List.copyOf(PersonScopes.said()));
    claims.put("authorization_response_iss_parameter_supported", true);
    address
        .at("/oauth2/register")
        .ifPresent(at -> claims.put("registration_endpoint", at.toString()));
  }
}
