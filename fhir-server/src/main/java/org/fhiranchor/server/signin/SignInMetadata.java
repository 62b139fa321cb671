package org.fhiranchor.server.signin;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.SmartConfiguration;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;

/** What the demo issuer says of itself: what is served, and no more (SIGN-3). */
final class SignInMetadata {
  private static final List<String> GRANTS = List.of("authorization_code", "refresh_token");
  private static final List<String> CLIENT_AUTHENTICATION = List.of(App.NONE);

  /** Of Spring's documents, the endpoints and ways that no client of this issuer can use. */
  private static final List<String> NOT_SERVED =
      List.of("device_", "dpop_", "tls_", "pushed_", "require_pushed", "introspection_");

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
                                Optional.empty(),
                                address.at("/oauth2/revoke"),
                                Optional.empty()),
                            GRANTS,
                            List.of("S256"),
                            CLIENT_AUTHENTICATION,
                            List.copyOf(PersonScopes.offered()))));
  }

  /** Takes out of Spring's document what no client here can use, and adds what it does not know. */
  void amend(Map<String, Object> claims) {
    claims.keySet().removeIf(name -> NOT_SERVED.stream().anyMatch(name::startsWith));
    claims.put("grant_types_supported", GRANTS);
    claims.put("token_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION);
    claims.put("revocation_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION);
    claims.put("scopes_supported", List.copyOf(PersonScopes.offered()));
    claims.put("authorization_response_iss_parameter_supported", true);
  }
}
