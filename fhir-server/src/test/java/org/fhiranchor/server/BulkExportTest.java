package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BulkExportTest {
  private final FhirHttp fhir = RunningServer.shared().fhir();

  @Test
  @DisplayName("SRV-8 $export runs in the background and its files can be downloaded")
  void export() {
    String family = "Export" + Resources.unique();
    fhir.post("/Patient", Resources.patient(family)).ok();

    Answer started =
        fhir.get(
            "/$export?_type=Patient&_outputFormat=application/fhir%2Bndjson",
            "Prefer", "respond-async");
    assertThat(started.status()).as(started.text()).isEqualTo(202);
    String poll = started.header("Content-Location").orElseThrow();

    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> fhir.get(poll).status() == 200);
    JsonNode files = fhir.get(poll).json().path("output");
    StringBuilder lines = new StringBuilder();
    for (JsonNode file : files) {
      assertThat(file.path("type").asText()).isEqualTo("Patient");
      lines.append(
          fhir.get(file.path("url").asText(), "Accept", "application/fhir+ndjson").ok().text());
    }
    assertThat(lines.toString().lines())
        .anySatisfy(line -> assertThat(line).contains(family))
        .allSatisfy(line -> assertThat(FhirHttp.parsed(line).has("resourceType")).isTrue());
  }
}
