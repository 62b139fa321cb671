package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.LogStore;
import org.hl7.fhir.r4.model.Parameters;
import org.springframework.jdbc.core.JdbcTemplate;

/** A patient who asks to be erased, with a record of many kinds, and another one who stays. */
final class ErasureWorld {
  static final String GONE = "erased-77c1";
  static final String STAYS = "staying-77c2";
  static final String READER = "erasure-doctor";

  /** What must not be found anywhere afterwards. */
  static final List<String> SECRETS =
      List.of(
          "Zwetschgenbaum",
          "secret-o-77c1",
          "secret-deleted-77c1",
          "first-text-77c1",
          "attached-77c1",
          GONE);

  static final String PARAMETERS =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"reason\",\"valueString\":\"asked"
          + " for by letter\"},{\"name\":\"basis\",\"valueString\":\"GDPR 17(1)(b)\"}]}";

  private final GatedServer server;

  ErasureWorld(GatedServer server) {
    this.server = server;
  }

  void build() {
    server.patient(STAYS);
    server.observation("o-77c2", STAYS);
    server.consent("c-77c2", STAYS, READER, "TREAT");
    server.patient(GONE);
    server.load(
        "Patient/" + GONE,
        "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"Zwetschgenbaum\"}]}"
            .formatted(GONE));
    server.load("Observation/o-77c1", observation("\"valueString\":\"first-text-77c1\""));
    server.load("Observation/o-77c1", observation("\"valueString\":\"second\""));
    server.observation("deleted-77c1", GONE);
    assertThat(
            server
                .ask(server.tokens().loader(), "DELETE", "Observation/deleted-77c1", "")
                .statusCode())
        .isEqualTo(200);
    server.load(
        "Binary/b-77c1",
        "{\"resourceType\":\"Binary\",\"id\":\"b-77c1\",\"contentType\":\"text/plain\",\"data\":\"%s\"}"
            .formatted(Base64.getEncoder().encodeToString("attached-77c1".getBytes(UTF_8))));
    server.load(
        "DocumentReference/d-77c1",
        """
        {"resourceType":"DocumentReference","id":"d-77c1","status":"current",
         "subject":{"reference":"Patient/%s"},
         "content":[{"attachment":{"url":"Binary/b-77c1","title":"attached-77c1"}}]}
        """
            .formatted(GONE));
    server.load(
        "Provenance/p-77c1",
        """
        {"resourceType":"Provenance","id":"p-77c1","recorded":"2026-01-01T00:00:00Z",
         "target":[{"reference":"Observation/o-77c1"}],
         "agent":[{"who":{"display":"somebody"}}]}
        """);
    server.load(
        "Observation/shared-77c1",
        GatedServer.observationOf(
            "shared-77c1",
            "\"subject\":{\"reference\":\"Patient/%s\"},\"performer\":[{\"reference\":\"Patient/%s\"}]"
                .formatted(STAYS, GONE)));
    server.consent("c-77c1", GONE, READER, "TREAT");
    String reader = server.tokens().practitioner(READER, "TREAT");
    assertThat(server.get(reader, "Observation/o-77c1").statusCode()).isEqualTo(200);
    assertThat(server.get(reader, "Observation/o-77c2").statusCode()).isEqualTo(200);
    assertThat(server.get(reader, "Patient?family=Zwetschgenbaum").statusCode()).isEqualTo(200);
    assertThat(
            server.get(server.tokens().patient(GONE), "Observation?patient=" + GONE).statusCode())
        .isEqualTo(200);
    findings();
    BatchJobsOfTests.reindex(server, "Observation?patient=" + GONE);
    awaitAnchor();
  }

  private static String observation(String more) {
    return GatedServer.observationOf(
        "o-77c1", "\"subject\":{\"reference\":\"Patient/" + GONE + "\"}," + more);
  }

  /** What a scan might have found, with the names of the one who goes in its words. */
  private void findings() {
    String link = "it does not say this link: Observation Observation.performer to ";
    List<List<String>> all =
        List.of(
            List.of("RESOURCE", "Patient/" + GONE, "it is damaged"),
            List.of("VERSION", "Observation/o-77c1/_history/2", "it is damaged"),
            List.of("CONSENT_LINK", "consent_link of Consent/c-77c1", "it is missing"),
            List.of("LINK", "Observation/shared-77c1", link + "Patient/" + GONE + " version 2"),
            List.of("LINK", "Observation/o-77c2", link + "http://x/Patient/" + GONE + " as null"),
            List.of("LEAF", "leaf 3", "chain: want subject:Patient/" + GONE + ", got x"),
            List.of("CALL", "call 7", "patient: want " + GONE + ", got " + STAYS),
            List.of("CALL", "call 8", "patient: want " + STAYS + ", got " + GONE),
            List.of("LINK", "Observation/o-77c20", link + "Patient/" + GONE + "0"),
            List.of("CALL", "call 9", "patient: want " + STAYS + ", got " + GONE + "0"));
    for (int i = 0; i < all.size(); i++) {
      List<String> one = all.get(i);
      jdbc()
          .update(
              "insert into store_scan_finding (scan_id, number, kind, place, what) values"
                  + " ('erased', ?, ?, ?, ?)",
              i,
              one.get(0),
              one.get(1),
              one.get(2));
    }
  }

  /** The places of the findings that are left. */
  List<String> foundStill() {
    return jdbc()
        .queryForList(
            "select place from store_scan_finding where scan_id = 'erased' order by number",
            String.class);
  }

  private JdbcTemplate jdbc() {
    return new JdbcTemplate(server.server().bean(DataSource.class));
  }

  void awaitAnchor() {
    LogStore log = server.server().bean(LogStore.class);
    await()
        .atMost(120, SECONDS)
        .until(
            () -> log.pendingCount() == 0 && log.state().anchoredSize().equals(log.state().size()));
  }

  HttpResponse<String> erase(String token) {
    return server.ask(token, "POST", "Patient/" + GONE + "/$erase", PARAMETERS);
  }

  Parameters erased() {
    HttpResponse<String> answer = erase(server.tokens().of(DemoRole.OPERATOR));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return server.server().fhir().newJsonParser().parseResource(Parameters.class, answer.body());
  }
}
