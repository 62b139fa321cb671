package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ClosedDoorsTest {
  private static final String EXPUNGE =
      """
      {"resourceType": "Parameters", "parameter": [
        {"name": "expungeEverything", "valueBoolean": true},
        {"name": "expungePreviousVersions", "valueBoolean": true},
        {"name": "expungeDeletedResources", "valueBoolean": true}]}
      """;

  private final FhirHttp fhir = RunningServer.shared().fhir();

  @Test
  @DisplayName("REC-2 $expunge is refused on instance, type and system")
  void expunge() {
    Answer created = fhir.post("/Patient", Resources.patient("Kept")).ok();

    assertRefused(fhir.post("/" + created.reference() + "/$expunge", EXPUNGE));
    assertRefused(fhir.post("/Patient/$expunge", EXPUNGE));
    assertRefused(fhir.post("/$expunge", EXPUNGE));
    assertThat(fhir.get("/" + created.reference() + "/_history/1").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("REC-2 delete with _expunge is refused")
  void deleteExpunge() {
    String identifier = Resources.unique();
    Answer created = fhir.post("/Patient", Resources.patient("Kept", identifier)).ok();

    assertRefused(fhir.delete("/Patient?identifier=urn:test%7C" + identifier + "&_expunge=true"));
    assertThat(fhir.get("/" + created.reference()).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("REC-2 rewriting a version of the past is refused")
  void historyRewrite() {
    Answer created = fhir.post("/Patient", Resources.patient("Original")).ok();
    fhir.put("/" + created.reference(), created.text().replace("Original", "Second")).ok();

    assertRefused(
        fhir.put(
            "/" + created.reference() + "/_history/1",
            created.text().replace("Original", "Forged"),
            "X-Rewrite-History",
            "true"));
    assertThat(fhir.get("/" + created.reference() + "/_history/1").text())
        .isEqualTo(created.text());
  }

  @Test
  @DisplayName("G8 a reference by search is refused, so that it can tell nothing")
  void inlineMatchUrl() {
    Answer answer =
        fhir.post("/Observation", Resources.observation("Patient?identifier=urn:test%7Cx"));

    assertRefused(answer);
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
  }
}
