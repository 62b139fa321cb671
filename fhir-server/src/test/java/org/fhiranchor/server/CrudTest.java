package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CrudTest {
  private final FhirHttp fhir = RunningServer.shared().fhir();

  @Test
  @DisplayName("SRV-1 a resource lives through create, read, update, vread, history and delete")
  void wholeLife() {
    CrudLife.of(fhir);
  }

  @Test
  @DisplayName("SRV-1 a client may choose the id, and an update with no change makes no version")
  void clientAssignedId() {
    String url = "/Patient/p-" + Resources.unique();
    String body =
        """
        {"resourceType": "Patient", "id": "%s", "name": [{"family": "Chosen"}]}
        """
            .formatted(url.substring("/Patient/".length()));

    assertThat(fhir.put(url, body).status()).isEqualTo(201);
    Answer again = fhir.put(url, body);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().at("/meta/versionId").asText()).isEqualTo("1");
  }

  @Test
  @DisplayName("SRV-1 XML is answered to who asks for it")
  void xml() {
    Answer created = fhir.post("/Patient", Resources.patient("Xml")).ok();

    Answer read = fhir.get("/" + created.reference(), "Accept", "application/fhir+xml");

    assertThat(read.header("Content-Type").orElseThrow()).contains("fhir+xml");
    assertThat(read.text()).startsWith("<Patient").contains("<family value=\"Xml\"/>");
  }

  @Test
  @DisplayName("SRV-1 conditional create, update and delete find by identifier")
  void conditional() {
    String identifier = Resources.unique();
    String query = "identifier=urn:test%7C" + identifier;
    String body = Resources.patient("Conditional", identifier);

    Answer first = fhir.post("/Patient", body, "If-None-Exist", query);
    Answer second = fhir.post("/Patient", body, "If-None-Exist", query);
    Answer updated = fhir.put("/Patient?" + query, Resources.patient("Renamed", identifier)).ok();
    Answer deleted = fhir.delete("/Patient?" + query);

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(updated.reference()).isEqualTo(first.reference());
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(fhir.get("/" + first.reference()).status()).isEqualTo(410);
  }

  @Test
  @DisplayName("SRV-1 If-Match refuses an update that is based on an older version")
  void versionConflict() {
    Answer created = fhir.post("/Patient", Resources.patient("First")).ok();
    String next = created.text().replace("First", "Second");
    fhir.put("/" + created.reference(), next, "If-Match", "W/\"1\"").ok();

    Answer late = fhir.put("/" + created.reference(), created.text(), "If-Match", "W/\"1\"");

    assertThat(late.status()).isIn(409, 412);
  }

  @Test
  @DisplayName("SRV-1 a read with the current ETag answers 304")
  void notModified() {
    Answer created = fhir.post("/Patient", Resources.patient("Same")).ok();

    assertThat(fhir.get("/" + created.reference(), "If-None-Match", "W/\"1\"").status())
        .isEqualTo(304);
  }

  @Test
  @DisplayName("SRV-2 JSON Patch changes one element")
  void jsonPatch() {
    Answer created = fhir.post("/Patient", Resources.patient("Before")).ok();

    Answer patched =
        fhir.patch(
            "/" + created.reference(),
            """
            [{"op": "replace", "path": "/name/0/family", "value": "After"}]
            """,
            "Content-Type",
            "application/json-patch+json");

    assertThat(patched.ok().json().at("/name/0/family").asText()).isEqualTo("After");
    assertThat(patched.json().at("/meta/versionId").asText()).isEqualTo("2");
  }

  @Test
  @DisplayName("SRV-2 FHIRPath Patch changes one element")
  void fhirPathPatch() {
    Answer created = fhir.post("/Patient", Resources.patient("Path")).ok();

    Answer patched =
        fhir.patch(
            "/" + created.reference(),
            """
            {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
              {"name": "type", "valueCode": "replace"},
              {"name": "path", "valueString": "Patient.birthDate"},
              {"name": "value", "valueDate": "1971-01-01"}]}]}
            """);

    assertThat(patched.ok().json().path("birthDate").asText()).isEqualTo("1971-01-01");
  }
}
