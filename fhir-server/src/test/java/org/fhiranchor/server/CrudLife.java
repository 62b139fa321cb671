package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.server.FhirHttp.Answer;

/** The life of one resource, asserted step by step; any server and database must pass it. */
final class CrudLife {
  private CrudLife() {}

  static void of(FhirHttp fhir) {
    Answer created = fhir.post("/Patient", Resources.patient("Lovelace"));
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.header("Location").orElseThrow()).endsWith("/_history/1");
    String url = "/" + created.reference();

    Answer updated = fhir.put(url, created.text().replace("Lovelace", "King")).ok();
    assertThat(updated.json().at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(fhir.get(url).ok().text()).isEqualTo(updated.text());
    assertThat(fhir.get(url + "/_history/1").ok().text()).isEqualTo(created.text());
    assertThat(fhir.send("HEAD", url, "").status()).isEqualTo(200);

    assertThat(fhir.delete(url).status()).isEqualTo(200);
    assertThat(fhir.get(url).status()).isEqualTo(410);
    assertThat(fhir.get(url + "/_history").ok().json().path("total").asInt()).isEqualTo(3);
    assertThat(fhir.get(url + "/_history/2").ok().text()).isEqualTo(updated.text());
  }
}
