package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Who was shown what, over HTTP: every kind of answer is a record. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class DisclosuresHttpTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String reader;
  private String stranger;

  @BeforeAll
  void seed() {
    for (String patient : List.of("disclosed", "withheld")) {
      server.patient(patient);
      server.observation("t1-" + patient, patient);
      server.observation("t2-" + patient, patient);
    }
    server.consent("c-disclosed", "disclosed", "teller", "TREAT");
    reader = server.tokens().practitioner("teller", "TREAT");
    stranger = server.tokens().practitioner("nosy", "TREAT");
  }

  private HttpResponse<String> read(String path) {
    HttpResponse<String> answer = server.get(reader, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private void assertShown(String interaction, String resource, Runnable request) {
    List<JsonNode> added = journal.added("disclosed", request);
    assertThat(added).as(interaction).hasSize(1);
    JsonNode record = added.get(0);
    assertThat(record.path("interaction").asText()).isEqualTo(interaction);
    assertThat(record.path("outcome").asText()).isEqualTo("shown");
    assertThat(record.path("patient").asText()).isEqualTo("Patient/disclosed");
    assertThat(record.path("requester").path("person").asText()).isEqualTo("Practitioner/teller");
    if (!resource.isEmpty()) {
      assertThat(record.path("resources").toString()).contains(resource);
      assertThat(record.path("consents").toString()).contains("Consent/c-disclosed");
      assertThat(record.path("rule").asText()).isEqualTo("CONSENT");
    }
  }

  @Test
  @DisplayName("DIS-1 DIS-4 each kind of answer is exactly one record of its patient")
  void everyKindOfAnswer() {
    String one = "Observation/t1-disclosed/_history/1";
    assertShown("read Observation", one, () -> read("Observation/t1-disclosed"));
    assertShown("vread Observation", one, () -> read("Observation/t1-disclosed/_history/1"));
    assertShown(
        "read Observation", one, () -> server.ask(reader, "HEAD", "Observation/t1-disclosed", ""));
    assertShown(
        "read Observation",
        one,
        () ->
            assertThat(
                    server
                        .ask(
                            reader,
                            "GET",
                            "Observation/t1-disclosed",
                            "",
                            "If-None-Match",
                            "W/\"1\"")
                        .statusCode())
                .isEqualTo(304));
    assertShown(
        "history-instance Observation", one, () -> read("Observation/t1-disclosed/_history"));
    assertShown("search-type Observation", one, () -> read("Observation?patient=disclosed"));
    assertShown(
        "search-type Observation",
        "",
        () -> read("Observation?patient=disclosed&status=cancelled"));
    assertShown("$everything Patient", one, () -> read("Patient/disclosed/$everything"));
    assertShown("$verify Observation", "", () -> read("Observation/t1-disclosed/$verify"));
    assertShown(
        "$proof Observation", one, () -> server.get(reader, "Observation/t1-disclosed/$proof"));
    assertShown("$meta Observation", "", () -> read("Observation/t1-disclosed/$meta"));
  }

  @Test
  @DisplayName("DIS-4 the proof of a replaced version shows that version, and no other one")
  void proofOfOneVersion() {
    server.patient("replaced");
    server.observation("t-replaced", "replaced");
    server.load(
        "Observation/t-replaced",
        GatedServer.observationOf(
            "t-replaced",
            "\"subject\":{\"reference\":\"Patient/replaced\"},\"valueString\":\"second\""));
    server.consent("c-replaced", "replaced", "teller", "TREAT");
    List<JsonNode> added =
        journal.added(
            "replaced", () -> server.get(reader, "Observation/t-replaced/_history/1/$proof"));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("resources"))
        .extracting(JsonNode::asText)
        .containsExactly("Observation/t-replaced/_history/1");
  }

  @Test
  @DisplayName(
      "DIS-1 the query in a patient's record names no other patient, in whichever parameter")
  void queryOfOthers() {
    server.patient("queried");
    for (String more :
        List.of(
            "focus=Patient/somebody-else",
            "performer=Patient/somebody-else/_history/1",
            "focus:Patient=http://example.org/Patient/somebody-else,Patient/queried")) {
      List<JsonNode> added =
          journal.added("queried", () -> server.get(reader, "Observation?patient=queried&" + more));
      assertThat(added).as(more).hasSize(1);
      assertThat(added.get(0).path("query").asText())
          .contains("patient=queried", "(another)")
          .doesNotContain("somebody-else");
    }
  }

  @Test
  @DisplayName("DIS-4 each page of a search is a record of its own")
  void pages() {
    Bundle first =
        FhirContext.forR4Cached()
            .newJsonParser()
            .parseResource(
                Bundle.class, read("Observation?patient=disclosed&_count=1&_sort=_id").body());
    String path = JournalReader.path(first.getLink(Bundle.LINK_NEXT).getUrl());
    List<JsonNode> added = journal.added("disclosed", () -> read(path));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("resources").toString()).contains("Observation/t2-disclosed");
  }

  @Test
  @DisplayName("DIS-1 a refusal is a record of the hidden patient, and of nobody for a missing id")
  void refusals() {
    List<JsonNode> hidden =
        journal.added(
            "withheld",
            () ->
                assertThat(server.get(stranger, "Observation/t1-withheld").statusCode())
                    .isEqualTo(403));
    assertThat(hidden).hasSize(1);
    assertThat(hidden.get(0).path("outcome").asText()).isEqualTo("refused");
    assertThat(hidden.get(0).path("reason").asText()).isEqualTo("NO_CONSENT");
    assertThat(hidden.get(0).path("requester").path("subject").asText()).isEqualTo("nosy");
    List<JsonNode> missing =
        journal.added(
            "",
            () ->
                assertThat(server.get(stranger, "Observation/nothing-there").statusCode())
                    .isEqualTo(403));
    assertThat(missing).hasSize(1);
    assertThat(missing.get(0).path("target").asText()).isEqualTo("Observation/nothing-there");
    String other = server.tokens().patient("disclosed");
    assertThat(journal.added("withheld", () -> server.get(other, "Patient/withheld"))).hasSize(1);
    for (String asked : List.of("Observation/t1-withheld", "Patient/withheld")) {
      String explain = "$explain-access?resource=" + asked + "&reader=Practitioner/nosy";
      List<JsonNode> told = journal.added("withheld", () -> server.get(other, explain));
      assertThat(told).as(asked).hasSize(1);
      assertThat(told.get(0).path("outcome").asText()).isEqualTo("refused");
    }
  }

  @Test
  @DisplayName("DIS-1 a search that names several patients tells none of them of the others")
  void severalPatients() {
    int withheld = journal.records("withheld").size();
    List<JsonNode> added =
        journal.added("disclosed", () -> read("Observation?patient=disclosed,Patient/withheld"));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("query").asText())
        .isEqualTo("patient=disclosed,Patient/(another)");
    assertThat(added.get(0).toString()).doesNotContain("withheld");
    assertThat(journal.records("withheld")).hasSize(withheld + 1);
    JsonNode other = journal.records("withheld").get(withheld);
    assertThat(other.path("query").asText()).isEqualTo("patient=(another),Patient/withheld");
    assertThat(other.path("count").asInt()).isZero();
  }

  @Test
  @DisplayName("DIS-5 a request without a valid token is no record")
  void noToken() {
    assertThat(journal.added("", () -> server.get("", "Observation/t1-disclosed"))).isEmpty();
    assertThat(journal.added("disclosed", () -> server.get("junk", "Observation/t1-disclosed")))
        .isEmpty();
  }

  @Test
  @DisplayName("DIS-4 a patient's own access, the answer to a write and an explanation are records")
  void ownAccessWritesExplanations() {
    String self = server.tokens().patient("disclosed");
    List<JsonNode> own =
        journal.added("disclosed", () -> server.get(self, "Observation/t1-disclosed"));
    assertThat(own).hasSize(1);
    assertThat(own.get(0).path("rule").asText()).isEqualTo("PATIENT_SELF");
    String body =
        GatedServer.observationOf(
                "t2-disclosed", "\"subject\":{\"reference\":\"Patient/disclosed\"}")
            .replace("final", "amended");
    List<JsonNode> written =
        journal.added(
            "disclosed",
            () ->
                assertThat(server.ask(reader, "PUT", "Observation/t2-disclosed", body).statusCode())
                    .isEqualTo(200));
    assertThat(written).hasSize(1);
    assertThat(written.get(0).path("interaction").asText()).isEqualTo("update Observation");
    String minimal = body.replace("amended", "corrected");
    assertThat(
            journal.added(
                "disclosed",
                () ->
                    server.ask(
                        reader,
                        "PUT",
                        "Observation/t2-disclosed",
                        minimal,
                        "Prefer",
                        "return=minimal")))
        .isEmpty();
    List<JsonNode> explained =
        journal.added(
            "disclosed",
            () -> server.get(self, "$explain-access?resource=Observation/t1-disclosed"));
    assertThat(explained).hasSize(1);
  }

  @Test
  @DisplayName("DIS-4 an export is a record of each patient in it when a file is downloaded")
  void exports() {
    server.patient("inexport");
    server.consent("c-inexport", "inexport", "teller", "TREAT");
    server.load(
        "Observation/lab-inexport",
        GatedServer.observationOf(
            "lab-inexport",
            "\"meta\":{\"source\":\"https://lab.example\"},\"subject\":{\"reference\":\"Patient/inexport\"},"
                + "\"category\":[{\"coding\":[{\"code\":\"laboratory\"}]}]"));
    String exporter = server.tokens().of("Practitioner/teller", "", "system/*.rs", "TREAT");
    HttpResponse<String> started =
        server.ask(exporter, "GET", "$export?_type=Observation", "", "Prefer", "respond-async");
    String poll =
        JournalReader.path(started.headers().firstValue("Content-Location").orElseThrow());
    await().atMost(120, SECONDS).until(() -> server.get(exporter, poll).statusCode() == 200);
    String file =
        JournalReader.path(
            JournalReader.parse(server.get(exporter, poll).body())
                .path("output")
                .get(0)
                .path("url")
                .asText());
    int withheld = journal.records("withheld").size();
    List<JsonNode> added =
        journal.added(
            "disclosed", () -> assertThat(server.get(exporter, file).statusCode()).isEqualTo(200));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("count").asInt()).isBetween(2, 3);
    assertThat(added.get(0).path("interaction").asText()).isEqualTo("read Binary");
    assertThat(journal.records("withheld")).hasSize(withheld);
    assertThat(added.get(0).path("categories").toString()).doesNotContain("laboratory");
    JsonNode last =
        journal.records("inexport").stream()
            .filter(record -> record.path("interaction").asText().equals("read Binary"))
            .findFirst()
            .orElseThrow();
    assertThat(last.path("categories").toString())
        .isEqualTo("[\"Binary\",\"Observation\",\"Observation laboratory\"]");
    assertThat(last.path("origins").toString()).contains("https://lab.example");
  }

  @Test
  @DisplayName("DIS-1 a stored Bundle tells each patient in it of what it holds of theirs")
  void storedBundles() {
    server.load(
        "Bundle/held-disclosed",
        "{\"resourceType\":\"Bundle\",\"id\":\"held-disclosed\",\"type\":\"collection\",\"entry\":["
            + "{\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"b\"},"
            + "\"subject\":{\"reference\":\"Patient/disclosed\"},"
            + "\"category\":[{\"coding\":[{\"code\":\"laboratory\"}]}]}}]}");
    List<JsonNode> added = journal.added("disclosed", () -> read("Bundle/held-disclosed"));
    assertThat(added.get(0).path("categories").toString())
        .isEqualTo("[\"Bundle\",\"Observation\",\"Observation laboratory\"]");
  }

  @Test
  @DisplayName("DIS-4 what a patient signs, and who is not let to, is a record of that patient")
  void consentOperations() {
    String self = server.tokens().patient("disclosed");
    for (String operation : List.of("$prepare", "$ledger-status")) {
      List<JsonNode> added =
          journal.added("disclosed", () -> server.get(self, "Consent/c-disclosed/" + operation));
      assertThat(added).as(operation).hasSize(1);
      List<JsonNode> refused =
          journal.added(
              "disclosed", () -> server.get(stranger, "Consent/c-disclosed/" + operation));
      assertThat(refused).as(operation).hasSize(1);
      assertThat(refused.get(0).path("outcome").asText()).isEqualTo("refused");
    }
  }

  @Test
  @DisplayName("DIS-4 a notification is in the journal before it is sent")
  void notifications() throws IOException {
    Queue<Integer> known = new ConcurrentLinkedQueue<>();
    try (DeliveryListener listener =
        new DeliveryListener((exchange, body) -> known.add(notified()))) {
      server.subscribe(reader, "Observation?status=final", listener);
      server.observation("t3-disclosed", "disclosed");
      await().atMost(120, SECONDS).until(() -> !known.isEmpty());
      assertThat(known.peek()).isPositive();
    }
  }

  private int notified() {
    return (int)
        journal.records("disclosed").stream()
            .filter(one -> one.path("interaction").asText().equals("notification Observation"))
            .count();
  }

  @Test
  @DisplayName("DIS-1 DIS-3 clients mixed: as many records as answers")
  void mixedClients() throws Exception {
    int before = journal.records("disclosed").size();
    int refusedBefore = journal.records("withheld").size();
    ExecutorService clients = Executors.newFixedThreadPool(8);
    List<Future<?>> running = new ArrayList<>();
    for (int client = 0; client < 8; client++) {
      String token = server.tokens().of("Practitioner/teller", "", "user/*.rs", "TREAT");
      running.add(
          clients.submit(
              () -> {
                for (int i = 0; i < 6; i++) {
                  server.get(token, "Observation/t1-disclosed");
                  server.get(token, "Observation?patient=disclosed&_count=1");
                  server.get(token, "Observation/t1-disclosed/_history");
                }
                server.get(token, "Observation/t1-withheld");
              }));
    }
    for (Future<?> one : running) {
      one.get(120, SECONDS);
    }
    clients.shutdown();
    assertThat(journal.records("disclosed")).hasSize(before + 8 * 6 * 3);
    assertThat(journal.records("withheld")).hasSize(refusedBefore + 8);
  }
}
