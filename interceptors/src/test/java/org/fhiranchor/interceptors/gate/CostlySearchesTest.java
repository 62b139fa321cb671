package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches that come to the end of what is looked at, in the middle of a group of hits. */
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class CostlySearchesTest {
  private static final int LIMIT = 300;
  private static final int HITS = 610;
  private static final String PATIENT = "cs-patient";

  private GatedServer server;
  private JournalReader journal;
  private String reader;

  @BeforeAll
  void seed(@TempDir Path data) {
    server = new GatedServer(data, "--anchor.consent.search-limit=" + LIMIT);
    journal = new JournalReader(server);
    server.patient(PATIENT);
    String entries =
        IntStream.range(0, HITS)
            .mapToObj(
                i ->
                    "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Observation/cs-%d\"}}"
                        .formatted(
                            GatedServer.observationOf(
                                "cs-" + i,
                                "\"subject\":{\"reference\":\"Patient/" + PATIENT + "\"}"),
                            i))
            .collect(Collectors.joining(","));
    String batch = "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" + entries + "]}";
    assertThat(server.ask(server.tokens().loader(), "POST", "", batch).statusCode()).isEqualTo(200);
    server.consent("cs-c", PATIENT, "cs-doc", "TREAT");
    reader = server.tokens().practitioner("cs-doc", "TREAT");
  }

  @AfterAll
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Observation?patient=cs-patient&_total=accurate",
        "Observation?patient=cs-patient&_total=accurate&_count=1&_sort=-_lastUpdated",
        "Observation?patient=cs-patient&_summary=count",
        "Observation?patient=cs-patient&_count=0",
        "Observation?subject=Patient/cs-patient&status=final&_summary=count",
        "Patient?_id=cs-patient&_has:Observation:patient:status=final"
      })
  @DisplayName("GATE-5 a search past the limit is 403, too costly, and recorded as refused")
  void refused(String search) {
    String[] body = new String[1];
    List<JsonNode> added =
        journal.added(
            PATIENT,
            () -> {
              HttpResponse<String> answer = server.get(reader, search);
              assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
              body[0] = answer.body();
            });
    tooCostly(body[0]);
    told(added);
  }

  private static void tooCostly(String answer) {
    assertThat(answer)
        .contains("\"code\":\"too-costly\"", "want at most " + LIMIT + " hits")
        .doesNotContain("secret-", "Exception", "HAPI-");
  }

  private static void told(List<JsonNode> added) {
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("refused");
    assertThat(added.get(0).path("requester").path("subject").asText()).isEqualTo("cs-doc");
  }

  @Test
  @DisplayName("GATE-5 in a batch that entry alone is refused, and recorded so")
  void refusedInBatch() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
         {"request":{"method":"GET","url":"Observation?patient=cs-patient&_summary=count"}},
         {"request":{"method":"GET","url":"Practitioner?_id=cs-nobody"}}]}
        """;
    List<JsonNode> added =
        journal.added(
            PATIENT,
            () -> {
              HttpResponse<String> answer = server.ask(reader, "POST", "", batch);
              assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
              Bundle entries = parsed(answer);
              assertThat(entries.getEntry().get(0).getResponse().getStatus()).startsWith("403");
              assertThat(entries.getEntry().get(1).getResponse().getStatus()).startsWith("200");
              tooCostly(answer.body());
            });
    told(added);
  }

  @Test
  @DisplayName("GATE-5 pages come to the end, however many hits those before had")
  void pages() {
    Set<String> ids = new HashSet<>();
    Optional<String> next = Optional.of("Observation?patient=cs-patient&_count=50");
    while (next.isPresent()) {
      HttpResponse<String> answer = server.get(reader, next.get());
      assertThat(answer.statusCode()).as("after %d: %s", ids.size(), answer.body()).isEqualTo(200);
      Bundle page = parsed(answer);
      page.getEntry().forEach(one -> ids.add(one.getResource().getIdElement().getIdPart()));
      next =
          Optional.ofNullable(page.getLink(Bundle.LINK_NEXT))
              .map(link -> JournalReader.path(link.getUrl()));
    }
    assertThat(ids).hasSize(HITS);
  }

  private static Bundle parsed(HttpResponse<String> answer) {
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }
}
