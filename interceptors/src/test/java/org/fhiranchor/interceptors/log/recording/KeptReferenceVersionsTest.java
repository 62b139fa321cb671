package org.fhiranchor.interceptors.log.recording;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** References with a version over HTTP: kept in what is stored, hashed, searched and answered. */
final class KeptReferenceVersionsTest {
  private final RunningServer server = RunningServer.shared();

  @BeforeEach
  void seed() {
    ok(server.fhir("PUT", "Patient/seen", "{\"resourceType\":\"Patient\",\"id\":\"seen\"}"));
  }

  private static HttpResponse<String> ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return answer;
  }

  private static String provenance(String id) {
    return """
    {"resourceType":"Provenance","id":"%s","recorded":"2026-01-01T00:00:00Z",
     "target":[{"reference":"Patient/seen/_history/1"},{"reference":"Encounter/seen/_history/1"}],
     "agent":[{"who":{"reference":"Practitioner/p"}}]}
    """
        .formatted(id);
  }

  private static String encounter(String id) {
    return """
    {"resourceType":"Encounter","id":"%s","status":"finished","class":{"code":"AMB"},
     "subject":{"reference":"Patient/seen/_history/1"},
     "participant":[{"individual":{"reference":"Practitioner/p/_history/1"}}]}
    """
        .formatted(id);
  }

  private static String entry(String type, String id, String body) {
    return "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"%s/%s\"}}"
        .formatted(body, type, id);
  }

  @Test
  @DisplayName("REC-5 the version in Provenance.target and Encounter.subject is kept")
  void keeps() {
    ok(server.fhir("PUT", "Encounter/seen", encounter("seen")));
    ok(server.fhir("PUT", "Provenance/seen", provenance("seen")));
    isKept("seen");
  }

  @Test
  @DisplayName("REC-5 also in a transaction that brings what is referred to")
  void keepsInTransactions() {
    String entries =
        String.join(
            ",",
            entry(
                "Patient",
                "seen",
                "{\"resourceType\":\"Patient\",\"id\":\"seen\",\"active\":true}"),
            entry("Encounter", "together", encounter("together")),
            entry("Provenance", "together", provenance("together")));
    ok(
        server.fhir(
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}"));
    isKept("together");
  }

  private void isKept(String id) {
    assertThat(server.fhir("GET", "Provenance/" + id, "").body())
        .contains("\"Patient/seen/_history/1\"", "\"Encounter/seen/_history/1\"");
    assertThat(server.fhir("GET", "Encounter/" + id + "?_format=xml", "").body())
        .contains("Patient/seen/_history/1", "Practitioner/p/_history/1");
    assertThat(server.fhir("GET", "Provenance?target=Patient/seen&_id=" + id, "").body())
        .contains("Provenance/" + id);
    for (String one : new String[] {"Provenance/" + id, "Encounter/" + id}) {
      await()
          .atMost(120, SECONDS)
          .until(() -> server.fhir("GET", one + "/$verify", "").body().contains("\"verified\""));
    }
  }

  @Test
  @DisplayName("REC-5 a version that cannot be kept is refused, alone and in a transaction")
  void refuses() {
    String request =
        """
        {"resourceType":"MedicationRequest","id":"lost","status":"active","intent":"order",
         "medicationReference":{"reference":"Medication/m/_history/3"},
         "subject":{"reference":"Patient/seen"}}
        """;
    HttpResponse<String> alone = server.fhir("PUT", "MedicationRequest/lost", request);
    assertThat(alone.statusCode()).isEqualTo(422);
    assertThat(alone.body()).contains("medication", "without a version");
    HttpResponse<String> together =
        server.fhir(
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                + entry("MedicationRequest", "lost", request)
                + "]}");
    assertThat(together.statusCode()).isEqualTo(422);
    assertThat(server.fhir("GET", "MedicationRequest/lost", "").statusCode()).isEqualTo(404);
  }
}
