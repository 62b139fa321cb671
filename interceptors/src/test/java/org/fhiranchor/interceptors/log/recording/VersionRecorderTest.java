package org.fhiranchor.interceptors.log.recording;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** REC-1 and REC-2 over real HTTP against a plain HAPI server. */
final class VersionRecorderTest {
  private final RunningServer server = RunningServer.shared();
  private final LogStore store = server.bean(LogStore.class);

  @AfterEach
  void everyVersionHasExactlyOneLeaf() {
    sequenced();
    new LogAuditor(server).leavesEqualVersions();
  }

  private void sequenced() {
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
  }

  private static String patient(String family) {
    return "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"" + family + "\"}]}";
  }

  private static String patient(String id, String family) {
    return "{\"resourceType\":\"Patient\",\"id\":\""
        + id
        + "\",\"name\":[{\"family\":\""
        + family
        + "\"}]}";
  }

  private String operations(String resource) {
    sequenced();
    return store.chain(ResourceKey.parse(resource), 100).stream()
        .map(SequencedLeaf::statement)
        .map(Statement.ResourceVersion.class::cast)
        .map(version -> version.version() + " " + version.operation().word())
        .collect(Collectors.joining(", "));
  }

  private HttpResponse<String> ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response;
  }

  @Test
  @DisplayName("REC-1 records create, update, patch, delete and undelete, each once")
  void recordsTheLifeOfAResource() {
    ok(server.fhir("PUT", "Patient/life", patient("life", "A")));
    ok(server.fhir("PUT", "Patient/life", patient("life", "B")));
    ok(
        server.fhir(
            "PATCH",
            "Patient/life",
            "[{\"op\":\"replace\",\"path\":\"/name/0/family\",\"value\":\"C\"}]"));
    ok(server.fhir("DELETE", "Patient/life", ""));
    ok(server.fhir("PUT", "Patient/life", patient("life", "D")));
    assertThat(operations("Patient/life"))
        .isEqualTo("1 create, 2 update, 3 update, 4 delete, 5 create");
  }

  @Test
  @DisplayName("REC-1 an update that changes nothing makes no version and no leaf")
  void recordsNothingWhereNothingChanges() {
    // Without a meta of its own, HAPI 8.8 takes the first repetition for a change.
    String same =
        "{\"resourceType\":\"Patient\",\"id\":\"same\",\"meta\":{\"tag\":[{\"system\":\"urn:t\",\"code\":\"t\"}]}}";
    ok(server.fhir("PUT", "Patient/same", same));
    ok(server.fhir("PUT", "Patient/same", same));
    assertThat(operations("Patient/same")).isEqualTo("1 create");
  }

  @Test
  @DisplayName("REC-1 records every entry of a transaction, placeholders included")
  void recordsTransactions() {
    ok(
        server.fhir(
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"urn:uuid:3ac11111-1111-1111-1111-111111111111\",\"resource\":"
                + patient("T")
                + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}},{\"resource\":"
                + patient("in-transaction", "U")
                + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/in-transaction\"}},{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"to-placeholder\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"urn:uuid:3ac11111-1111-1111-1111-111111111111\"},\"performer\":[{\"reference\":\"Practitioner/placeholder\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Observation/to-placeholder\"}}]}"));
    assertThat(operations("Patient/in-transaction")).isEqualTo("1 create");
    assertThat(operations("Observation/to-placeholder")).isEqualTo("1 create");
    assertThat(operations("Practitioner/placeholder")).isEqualTo("1 create");
  }

  @Test
  @DisplayName("REC-1 a transaction that is rolled back leaves no leaf")
  void recordsNothingOfARollback() {
    ok(server.fhir("PUT", "Patient/conflict", patient("conflict", "A")));
    sequenced();
    long before = store.state().size().value();
    HttpResponse<String> refused =
        server.fhir(
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                + patient("rolled-back", "U")
                + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/rolled-back\"}},{\"resource\":"
                + patient("conflict", "B")
                + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/conflict\",\"ifMatch\":\"W/\\\"99\\\"\"}}]}");
    assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
    sequenced();
    assertThat(store.state().size().value()).isEqualTo(before);
  }

  @Test
  @DisplayName("REC-1 records conditional create, update, patch and delete")
  void recordsConditionalForms() {
    String one =
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:s\",\"value\":\"c1\"}],\"gender\":\"%s\"}";
    String which = "Patient?identifier=urn:s%7Cc1";
    String patient = createdUnlessThere(one.formatted("male"));
    assertThat(createdUnlessThere(one.formatted("male"))).isEqualTo(patient);
    ok(server.fhir("PUT", which, one.formatted("female")));
    ok(server.fhir("PATCH", which, "[{\"op\":\"remove\",\"path\":\"/gender\"}]"));
    ok(server.fhir("DELETE", which, ""));
    assertThat(operations(patient)).isEqualTo("1 create, 2 update, 3 update, 4 delete");
    String byUpdate = idOf(ok(server.fhir("PUT", which, one.formatted("other"))));
    assertThat(byUpdate).isNotEqualTo(patient);
    assertThat(operations(byUpdate)).isEqualTo("1 create");
  }

  private String createdUnlessThere(String body) {
    return idOf(
        ok(
            server.send(
                HttpRequest.newBuilder(server.url("fhir/Patient"))
                    .header("Content-Type", "application/fhir+json")
                    .header("If-None-Exist", "identifier=urn:s%7Cc1")
                    .POST(HttpRequest.BodyPublishers.ofString(body)))));
  }

  private String idOf(HttpResponse<String> written) {
    return server
        .fhir()
        .newJsonParser()
        .parseResource(written.body())
        .getIdElement()
        .toUnqualifiedVersionless()
        .getValue();
  }

  @Test
  @DisplayName("REC-2 refuses history rewrites, expunge and in-place meta changes, by name")
  void refusesHooklessWrites() {
    ok(server.fhir("PUT", "Patient/guarded", patient("guarded", "A")));
    String meta =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"meta\",\"valueMeta\":{\"tag\":[{\"system\":\"urn:t\",\"code\":\"t\"}]}}]}";
    assertThat(server.fhir("POST", "Patient/guarded/$meta-add", meta).statusCode()).isEqualTo(405);
    assertThat(server.fhir("POST", "Patient/guarded/$meta-delete", meta).statusCode())
        .isEqualTo(405);
    HttpResponse<String> expunge =
        server.fhir("POST", "Patient/guarded/$expunge", "{\"resourceType\":\"Parameters\"}");
    assertThat(expunge.statusCode()).isEqualTo(405);
    assertThat(expunge.body()).contains("OperationOutcome", "log untrue");
    assertThat(server.fhir("DELETE", "Patient?_expunge=true&family=A", "").statusCode())
        .isEqualTo(405);
    var rewrite =
        HttpRequest.newBuilder(server.url("fhir/Patient/guarded/_history/1"))
            .header("X-Rewrite-History", "true")
            .header("Content-Type", "application/fhir+json")
            .PUT(HttpRequest.BodyPublishers.ofString(patient("guarded", "Z")));
    assertThat(server.send(rewrite).statusCode()).isEqualTo(405);
    assertThat(server.fhir("GET", "Patient/guarded", "").body()).contains("\"A\"");
  }
}
