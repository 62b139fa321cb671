package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A FHIR address that somebody opens in a browser. */
final class FhirLinkTest {
  private static final String HTML =
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

  private final SignInServer server = SignInServer.shared();

  private Answer get(String path, String... headers) {
    return SmartApp.get(server.address() + path, headers);
  }

  @ParameterizedTest
  @DisplayName(
      "CON-1 a record, a version and a search lead a browser without a token to signing in")
  @ValueSource(
      strings = {
        "Observation/demo-patient-weight",
        "Observation/demo-patient-weight/_history/1",
        "Observation?patient=Patient/demo-patient&_sort=-date",
        "Patient"
      })
  void leadsABrowser(String path) {
    Answer answer = get("/fhir/" + path, "Accept", HTML);

    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location")).isEqualTo("/#/open/" + path);
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.response().headers().allValues("Vary")).contains("Accept, Authorization");
    assertThat(answer.response().body()).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("CON-1 HAPI's page of the API leads a browser without a token to the console's")
  @ValueSource(
      strings = {
        "/fhir",
        "/fhir/",
        "/fhir/swagger-ui",
        "/fhir/swagger-ui/",
        "/fhir/swagger-ui/index.html"
      })
  void leadsToTheApi(String path) {
    Answer answer = get(path, "Accept", HTML);

    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location")).isEqualTo("/#/api");
    assertThat(get(path, "Accept", "application/fhir+json").status()).isBetween(400, 499);
  }

  @Test
  @DisplayName("CON-1 programs see no difference: every answer is that of before")
  void programsSeeNoDifference() {
    String path = "/fhir/Observation/demo-patient-weight";
    for (String accept :
        List.of(
            "*/*",
            "application/fhir+json",
            "application/json, text/plain, */*",
            "application/fhir+json,text/html;q=0.5",
            "text/html,application/fhir+json",
            "text/html;q=0",
            "<>")) {
      Answer answer = get(path, "Accept", accept);
      assertThat(answer.status()).as(accept).isBetween(400, 406);
      assertThat(answer.header("Location")).as(accept).isEmpty();
    }
    assertThat(get(path).status()).isEqualTo(401);
    Answer withToken =
        get(path, "Accept", HTML, "Authorization", "Bearer " + token("demo-patient"));
    assertThat(withToken.status()).isEqualTo(200);
    assertThat(withToken.response().body()).contains("71.5");
    assertThat(get(path, "Accept", HTML, "Authorization", "Bearer no").status()).isEqualTo(401);
  }

  private String token(String person) {
    return SmartApp.console(server)
        .signedIn(person, "openid fhirUser launch/patient patient/*.rs")
        .text("access_token");
  }

  @ParameterizedTest
  @DisplayName("CON-1 what is for programs, and what could lead elsewhere, leads nobody anywhere")
  @ValueSource(
      strings = {
        "/fhir/metadata",
        "/fhir/.well-known/smart-configuration",
        "/fhir/Patient/demo-patient/$disclosures",
        "/fhir/$verify-store?_job=x",
        "/fhir?_getpages=x",
        "/fhir/swagger-ui/swagger-ui-bundle.js",
        "/fhir/swagger-ui/?url=https://evil.example/api",
        "/fhir/api-docs",
        "/fhir/Observation/x?_format=json",
        "/fhir/Observation/x%0d%0aSet-Cookie:%20a=b",
        "/fhir/Observation/x%23",
        "/fhir/Observation/..%2f..%2f",
        "/fhir//evil.example/x",
        "/fhir/Observation?a=%22%3E%3Cscript%3E&b='"
      })
  void leadsNobodyElsewhere(String path) {
    Answer answer = get(path, "Accept", HTML);

    assertThat(answer.status()).isNotEqualTo(302);
    assertThat(answer.header("Location")).isEmpty();
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }
}
