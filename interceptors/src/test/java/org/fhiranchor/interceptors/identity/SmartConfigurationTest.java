package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata.Endpoints;
import org.fhiranchor.interceptors.identity.token.KnownIssuer;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestSecurityComponent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SmartConfigurationTest {
  private static final List<String> OF_THE_GATE =
      List.of("permission-patient", "permission-user", "permission-v1", "permission-v2");

  private static Map<String, Object> fields(SmartConfiguration smart) throws ParseException {
    return JSONObjectUtils.parse(smart.json());
  }

  private static IssuerMetadata issuer(
      boolean endpoints, List<String> grants, List<String> challenges, List<String> scopes) {
    Optional<URI> token = Optional.of(URI.create("https://issuer.example/token"));
    Optional<URI> authorization = Optional.of(URI.create("https://issuer.example/auth"));
    return new IssuerMetadata(
        "https://issuer.example",
        URI.create("https://issuer.example/keys"),
        endpoints
            ? new Endpoints(
                authorization,
                token,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(URI.create("https://issuer.example/logout")))
            : Endpoints.NONE,
        grants,
        challenges,
        List.of("client_secret_basic"),
        scopes,
        false);
  }

  private static CapabilityStatementRestSecurityComponent described(
      SmartDiscovery smart, boolean cors) {
    CapabilityStatement statement = new CapabilityStatement();
    statement.addRest();
    new CapabilitySecurity(smart, cors).describe(statement);
    return statement.getRestFirstRep().getSecurity();
  }

  @Test
  @DisplayName("SIGN-3 with the demo issuer no endpoint, no flow and no PKCE is promised")
  void promisesWithTheDemoIssuerNothingThatIsNotThere() throws ParseException {
    assertThat(fields(SmartConfiguration.demo()))
        .doesNotContainKeys("authorization_endpoint", "token_endpoint", "issuer", "jwks_uri")
        .containsKey("scopes_supported")
        .containsEntry("grant_types_supported", List.of())
        .containsEntry("response_types_supported", List.of())
        .containsEntry("code_challenge_methods_supported", List.of())
        .containsEntry("capabilities", OF_THE_GATE);
    assertThat(described(SmartDiscovery.demo(), true).getExtension()).isEmpty();
  }

  @Test
  @DisplayName("SIGN-3 the endpoints, flows and scopes of an OAuth server are told, and no others")
  void tellsWhatAnOauthServerServes() throws ParseException {
    SmartConfiguration smart =
        SmartConfiguration.of(
            issuer(
                true,
                List.of("authorization_code", "implicit", "client_credentials"),
                List.of("plain", "S256"),
                List.of("openid", "fhirUser", "email", "launch/patient", "user/*.rs", "roles")));
    assertThat(fields(smart))
        .containsEntry("issuer", "https://issuer.example")
        .containsEntry("jwks_uri", "https://issuer.example/keys")
        .containsEntry("token_endpoint", "https://issuer.example/token")
        .containsEntry("authorization_endpoint", "https://issuer.example/auth")
        .containsEntry("end_session_endpoint", "https://issuer.example/logout")
        .doesNotContainKeys("introspection_endpoint", "revocation_endpoint")
        .containsEntry("grant_types_supported", List.of("authorization_code", "client_credentials"))
        .containsEntry("code_challenge_methods_supported", List.of("S256"))
        .containsEntry(
            "scopes_supported", List.of("openid", "fhirUser", "launch/patient", "user/*.rs"));
    assertThat(smart.lists().get("capabilities"))
        .containsAll(OF_THE_GATE)
        .contains("launch-standalone", "context-standalone-patient", "sso-openid-connect")
        .contains("client-confidential-symmetric")
        .doesNotContain("launch-ehr", "client-public", "permission-offline");
  }

  @Test
  @DisplayName(
      "SIGN-3 without PKCE, without the code flow or without endpoints no launch is promised")
  void promisesNoLaunchThatCannotBe() throws ParseException {
    List<String> code = List.of("authorization_code");
    for (IssuerMetadata without :
        List.of(
            issuer(true, code, List.of(), List.of("launch/patient")),
            issuer(true, List.of("client_credentials"), List.of("S256"), List.of("launch/patient")),
            issuer(false, code, List.of("S256"), List.of("launch/patient")))) {
      SmartConfiguration smart = SmartConfiguration.of(without);
      assertThat(smart.lists().get("capabilities"))
          .doesNotContain("launch-standalone", "context-standalone-patient");
      assertThat(fields(smart)).containsEntry("response_types_supported", List.of());
    }
    assertThat(fields(SmartConfiguration.of(issuer(false, code, List.of("S256"), List.of()))))
        .containsEntry("grant_types_supported", List.of())
        .containsEntry("capabilities", OF_THE_GATE)
        .doesNotContainKey("token_endpoint_auth_methods_supported");
  }

  @Test
  @DisplayName("SIGN-3 whatever an issuer calls its scopes, the document is JSON")
  void hostileScopesStayText() throws ParseException {
    String hostile = "user/\"],\"token_endpoint\":\"https://evil.example\n";
    SmartConfiguration smart =
        new SmartConfiguration(
            Optional.empty(),
            Optional.empty(),
            Endpoints.NONE,
            Map.of("scopes_supported", List.of(hostile)),
            false);
    assertThat(fields(smart)).containsOnlyKeys("scopes_supported");
    SmartConfiguration read =
        SmartConfiguration.of(issuer(true, List.of(), List.of(), List.of(hostile)));
    assertThat(fields(read)).doesNotContainKey("scopes_supported");
  }

  @Test
  @DisplayName("SIGN-3 an issuer that names itself in its answers is known to do so, and no other")
  void namesItself() throws Exception {
    String says = "authorization_response_iss_parameter_supported";
    for (Object value : new Object[] {true, false, "true", List.of(true)}) {
      try (PublishingIssuer published = new PublishingIssuer()) {
        published.publish(Map.of(says, value));
        SmartConfiguration smart = SmartConfiguration.of(IssuerMetadata.fetch(published.address()));
        assertThat(fields(smart).getOrDefault(says, false)).isEqualTo(value.equals(true));
      }
    }
  }

  @Test
  @DisplayName("SIGN-3 the CapabilityStatement names the same endpoints, and CORS only where it is")
  void capabilityStatementSaysTheSame() {
    try (PublishingIssuer published = new PublishingIssuer()) {
      published.publish(Map.of());
      SmartDiscovery smart =
          SmartDiscovery.of(
              new KnownIssuer(published.address(), Clock.systemUTC()), Optional.empty());
      CapabilityStatementRestSecurityComponent security = described(smart, true);
      assertThat(security.getCors()).isTrue();
      assertThat(described(smart, false).hasCors()).isFalse();
      assertThat(security.getServiceFirstRep().getCodingFirstRep().getCode())
          .isEqualTo("SMART-on-FHIR");
      assertThat(security.getExtensionFirstRep().getExtension())
          .extracting(part -> part.getUrl() + "=" + part.getValue().primitiveValue())
          .containsExactly(
              "token=" + published.address() + "/token",
              "authorize=" + published.address() + "/auth",
              "introspect=" + published.address() + "/introspect");
    }
  }

  @Test
  @DisplayName("SIGN-3 with a key set in the settings an issuer need publish nothing")
  void settingsStandMeanwhile() throws ParseException {
    try (PublishingIssuer silent = new PublishingIssuer()) {
      KnownIssuer issuer = new KnownIssuer(silent.address(), Clock.systemUTC());
      assertThat(SmartDiscovery.of(issuer, Optional.empty()).current()).isEmpty();
      Optional<SmartConfiguration> meanwhile =
          SmartDiscovery.of(issuer, Optional.of(URI.create("https://keys.example/"))).current();
      assertThat(fields(meanwhile.orElseThrow()))
          .containsEntry("issuer", silent.address())
          .containsEntry("jwks_uri", "https://keys.example/")
          .doesNotContainKeys("token_endpoint", "authorization_endpoint");
    }
  }
}
