package org.fhiranchor.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.SmartConfiguration;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata.Endpoints;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class IssuerOriginsTest {
  private static List<String> of(String token, String revocation) {
    Endpoints endpoints =
        new Endpoints(
            Optional.of(URI.create("https://sign-in.example/auth")),
            Optional.of(URI.create(token)),
            Optional.empty(),
            Optional.of(URI.create(revocation)),
            Optional.empty(),
            Optional.of(URI.create("https://sign-out.example/")));
    return new IssuerOrigins(
            () ->
                Optional.of(
                    new SmartConfiguration(
                        Optional.empty(), Optional.empty(), endpoints, Map.of(), false)))
        .current();
  }

  @Test
  @DisplayName("CON-2 the console may ask the issuer's endpoints for tokens, each origin once")
  void theEndpointsForTokens() {
    assertThat(of("https://issuer.example/realms/a/token", "https://issuer.example/revoke"))
        .containsExactly("https://issuer.example");
    assertThat(of("http://localhost:8081/token", "https://issuer.example:444/revoke"))
        .containsExactly("http://localhost:8081", "https://issuer.example:444");
  }

  @Test
  @DisplayName("CON-7 nothing but a host and a port of an endpoint gets into a page's policy")
  void noTextOfTheIssuersInAPolicy() {
    assertThat(of("https://a;script-src%20*/token", "https://user@issuer.example/*;x"))
        .containsExactly("https://issuer.example");
    assertThat(of("https://[::1]:8443/token", "https:///revoke")).isEmpty();
  }

  @Test
  @DisplayName("CON-2 while nobody knows the issuer the console asks its own server alone")
  void unknown() {
    assertThat(new IssuerOrigins(Optional::empty).current()).isEmpty();
  }
}
