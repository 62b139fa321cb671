package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignInTest {
  private static final String EVERYTHING =
      "openid fhirUser online_access launch/patient patient/*.cruds user/*.cruds"
          + " anchor/compliance.read anchor/registrar anchor/operator";

  private final SignInServer server = SignInServer.shared();
  private final SmartApp console = SmartApp.console(server);

  @ParameterizedTest
  @DisplayName(
      "SIGN-2 each demo person signs in to the console with one click, and reads themselves")
  @CsvSource({
    "demo-patient, Patient/demo-patient, patient/*.cruds",
    "demo-clinician, Practitioner/demo-clinician, user/*.cruds",
    "demo-compliance, Practitioner/demo-compliance, anchor/compliance.read",
    "demo-registrar, Practitioner/demo-registrar, anchor/registrar",
    "demo-operator, Practitioner/demo-operator, anchor/operator"
  })
  void oneClick(String person, String user, String scope) throws ParseException {
    Answer token = console.signedIn(person, EVERYTHING);

    assertThat(token.status()).as(token.response().body()).isEqualTo(200);
    assertThat(token.text("scope").split(" ")).contains(scope, "openid", "fhirUser");
    JWTClaimsSet identity = SignedJWT.parse(token.text("id_token")).getJWTClaimsSet();
    assertThat(identity.getStringClaim("fhirUser")).isEqualTo(server.fhir() + "/" + user);
    assertThat(SignedJWT.parse(token.text("id_token")).getHeader().getAlgorithm().getName())
        .isEqualTo("RS256");
    assertThat(console.read(user, token.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-2 the patient reads the own weight, and nobody gets a scope of another role")
  void patient() {
    Answer token = console.signedIn("demo-patient", EVERYTHING);

    assertThat(token.text("patient")).isEqualTo("demo-patient");
    assertThat(List.of(token.text("scope").split(" ")))
        .containsExactlyInAnyOrder(
            "openid", "fhirUser", "online_access", "launch/patient", "patient/*.cruds");
    Answer weights = console.read("Observation?code=29463-7", token.text("access_token"));
    assertThat(weights.status()).isEqualTo(200);
    assertThat(weights.json().at("/entry/0/resource/valueQuantity/value").asText())
        .isEqualTo("71.5");
  }
}
