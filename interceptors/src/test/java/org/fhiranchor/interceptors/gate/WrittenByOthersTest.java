package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.ResponseHighlighterInterceptor;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Answers that an interceptor writes which is not ours, as HAPI's starter has one for browsers: it
 * ends the hooks that come after it, so the gate has to come before.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class WrittenByOthersTest {
  private static final String PAGE = "_format=html/json";

  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private final ResponseHighlighterInterceptor pages = new ResponseHighlighterInterceptor();
  private String doctor;

  @BeforeAll
  void seed() {
    for (String patient : List.of("page-mine", "page-hers")) {
      server.patient(patient);
      server.observation("ob-" + patient, patient);
    }
    server.consent("page-consent", "page-mine", "page-doctor", "TREAT");
    doctor = server.tokens().practitioner("page-doctor", "TREAT");
    server.server().bean(RestfulServer.class).registerInterceptor(pages);
  }

  @AfterAll
  void takeAway() {
    server.server().bean(RestfulServer.class).unregisterInterceptor(pages);
  }

  private static void isPage(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
  }

  @Test
  @DisplayName("GATE-1 a page for a browser holds no body that its writer may not see")
  void answerToAWrite() {
    String body =
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:page\",\"value\":\"1\"}],"
            + "\"name\":[{\"family\":\"Pagesecret\"}]}";
    for (String token : List.of(server.tokens().loader(), server.tokens().of(DemoRole.REGISTRAR))) {
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> answer =
            server.ask(
                token,
                "POST",
                "Patient?" + PAGE,
                body,
                "Prefer",
                "return=representation",
                "If-None-Exist",
                "identifier=urn:page%7C1");
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        assertThat(answer.body()).doesNotContain("Pagesecret");
      }
    }
  }

  @Test
  @DisplayName("G8 hidden and missing entries of a batch are one page")
  void entriesOfABatch() {
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\","
            + "\"url\":\"Observation/%s\"}}]}";
    HttpResponse<String> hidden =
        server.ask(doctor, "POST", "?" + PAGE, batch.formatted("ob-page-hers"));
    isPage(hidden);
    HttpResponse<String> missing =
        server.ask(doctor, "POST", "?" + PAGE, batch.formatted("ob-page-none"));
    assertThat(settled(hidden)).isEqualTo(settled(missing)).contains("403 Forbidden");
  }

  /** What was answered, without what the page says of the request, the time and the size. */
  private static String settled(HttpResponse<String> page) {
    String body = page.body();
    return body.substring(body.indexOf("<h1>Response Body"), body.indexOf("sizeInfo\""))
        .replaceAll("ob-page-[a-z]+", "ob")
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "uuid")
        .replaceAll("[0-9,]+ ?ms", "ms")
        .replaceAll("Content-Length[^\n]*", "");
  }

  @Test
  @DisplayName("DIS-4 what a page shows is a record of its patient, in a batch too")
  void disclosed() {
    List<JsonNode> read =
        journal.added(
            "page-mine", () -> isPage(server.get(doctor, "Observation/ob-page-mine?" + PAGE)));
    assertThat(read).hasSize(1);
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\","
            + "\"url\":\"Observation/ob-page-mine\"}}]}";
    List<JsonNode> inBatch =
        journal.added("page-mine", () -> isPage(server.ask(doctor, "POST", "?" + PAGE, batch)));
    assertThat(inBatch).hasSize(1);
    assertThat(inBatch.get(0).path("resources").toString()).contains("Observation/ob-page-mine");
  }
}
