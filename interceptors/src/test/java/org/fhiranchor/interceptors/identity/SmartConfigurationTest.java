package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestSecurityComponent;
import org.junit.jupiter.api.Test;

final class SmartConfigurationTest {
  private static final IssuerMetadata ISSUER =
      new IssuerMetadata(
          "https://issuer.example",
          URI.create("https://issuer.example/keys"),
          Optional.of(URI.create("https://issuer.example/auth")),
          Optional.of(URI.create("https://issuer.example/token")));

  private static CapabilityStatementRestSecurityComponent described(SmartConfiguration smart) {
    CapabilityStatement statement = new CapabilityStatement();
    statement.addRest();
    new CapabilitySecurity(smart, true).describe(statement);
    return statement.getRestFirstRep().getSecurity();
  }

  @Test
  void promisesWithTheDemoIssuerNoEndpointThatIsNotThere() throws ParseException {
    Map<String, Object> fields = JSONObjectUtils.parse(SmartConfiguration.demo().json());
    assertThat(fields)
        .doesNotContainKeys("authorization_endpoint", "token_endpoint", "issuer", "jwks_uri")
        .containsKeys("capabilities", "scopes_supported", "code_challenge_methods_supported")
        .containsEntry("grant_types_supported", List.of());
    assertThat(fields.get("capabilities"))
        .isEqualTo(
            List.of("permission-patient", "permission-user", "permission-v1", "permission-v2"));
    assertThat(described(SmartConfiguration.demo()).getExtension()).isEmpty();
  }

  @Test
  void namesTheEndpointsOfAnOauthServer() throws ParseException {
    SmartConfiguration smart = SmartConfiguration.of(ISSUER);
    assertThat(JSONObjectUtils.parse(smart.json()))
        .containsEntry("issuer", "https://issuer.example")
        .containsEntry("jwks_uri", "https://issuer.example/keys")
        .containsEntry("token_endpoint", "https://issuer.example/token");
    CapabilityStatementRestSecurityComponent security = described(smart);
    assertThat(security.getCors()).isTrue();
    assertThat(security.getServiceFirstRep().getCodingFirstRep().getCode())
        .isEqualTo("SMART-on-FHIR");
    assertThat(security.getExtensionFirstRep().getExtension())
        .extracting(part -> part.getUrl() + "=" + part.getValue().primitiveValue())
        .containsExactly(
            "token=https://issuer.example/token", "authorize=https://issuer.example/auth");
  }
}
