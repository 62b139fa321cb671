package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ValidationTest {
  private final FhirHttp fhir = RunningServer.shared().fhir();

  @Test
  @DisplayName("SRV-6 $validate names what the base profile does not allow")
  void validate() {
    Answer wrong =
        fhir.post(
            "/Observation/$validate",
            """
            {"resourceType": "Observation", "status": "final"}
            """);
    Answer right = fhir.post("/Patient/$validate", Resources.patient("Valid"));

    assertThat(wrong.diagnostics()).contains("Observation.code");
    assertThat(right.ok().text()).doesNotContain("\"severity\":\"error\"");
  }

  @ParameterizedTest(name = "SRV-7 {0} is answered with 400 and a text with {1}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "{\"resourceType\": \"Patient\", ; Failed to parse",
        "{\"resourceType\": \"Patient\", \"nickname\": \"x\"} ; nickname",
        "{\"resourceType\": \"Patient\", \"birthDate\": \"tomorrow\"} ; tomorrow",
        "{\"resourceType\": \"Patient\", \"gender\": \"F\"} ; F",
        "{\"resourceType\": \"Pacient\"} ; Pacient",
        "{\"resourceType\": \"Observation\", \"status\": \"final\"} ; Observation",
        "not json at all ; Failed to parse"
      })
  void badBody(String body, String told) {
    Answer answer = fhir.post("/Patient", body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().path("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(answer.diagnostics()).contains(told);
  }

  @ParameterizedTest(name = "SRV-7 GET {0} is answered with {1} and a text with {2}")
  @CsvSource({
    "/Patient/no-such-one, 404, no-such-one",
    "/Pacient/1, 404, Pacient",
    "/Patient?shoe-size=44, 400, shoe-size",
    "/Patient?birthdate=tomorrow, 400, tomorrow",
    "/Patient/$no-such-operation, 400, no-such-operation"
  })
  void badRequest(String path, int status, String told) {
    Answer answer = fhir.get(path);

    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.diagnostics()).contains(told);
  }

  @Test
  @DisplayName("SRV-7 a reference to nothing is refused, with its path")
  void danglingReference() {
    Answer answer = fhir.post("/Observation", Resources.observation("Patient/gone-x"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.diagnostics()).contains("Patient/gone-x", "Observation.subject");
  }

  @Test
  @DisplayName("SRV-7 a body beyond the limit is refused with 413")
  void tooLarge() {
    RunningServer server = RunningServer.shared();
    String body = "{\"resourceType\": \"Basic\", \"id\": \"" + "x".repeat(130 << 20) + "\"}";

    assertThat(server.fhir().post("/Basic", body).status()).isEqualTo(413);
  }
}
