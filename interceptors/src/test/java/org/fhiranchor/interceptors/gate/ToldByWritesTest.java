package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write that leaves what stands there as it is tells of it like a read. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ToldByWritesTest {
  private static final String COPY =
      "[{\"op\":\"copy\",\"from\":\"/code/text\",\"path\":\"/issued\"}]";
  private static final String IS_SECRET =
      "[{\"op\":\"test\",\"path\":\"/code/text\",\"value\":\"secret-tw-1\"}]";
  private static final String IS_OTHER =
      "[{\"op\":\"test\",\"path\":\"/code/text\",\"value\":\"other\"}]";

  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String doctor;

  @BeforeAll
  void seed() {
    server.patient("tw");
    server.patient("tw-shut");
    server.observation("tw-1", "tw");
    server.observation("tw-shut-1", "tw-shut");
    server.consent("tw-consent", "tw", "tw-doctor", "TREAT");
    doctor = server.tokens().practitioner("tw-doctor", "TREAT");
    // the first patch of what a service wrote makes a version: its source is another
    server.ask(doctor, "PATCH", "Observation/tw-1", "[]");
  }

  private static String body(String id, String patient) {
    return GatedServer.observationOf(id, "\"subject\":{\"reference\":\"Patient/" + patient + "\"}");
  }

  private static String entry(String method, String url, String resource, String more) {
    return """
    {"resource":%s,"request":{"method":"%s","url":"%s"%s}}
    """
        .formatted(resource, method, url, more);
  }

  private static String patchEntry(String patch) {
    return entry(
        "PATCH",
        "Observation/tw-1",
        """
        {"resourceType":"Binary","contentType":"application/json-patch+json","data":"%s"}
        """
            .formatted(Base64.getEncoder().encodeToString(patch.getBytes(UTF_8))),
        "");
  }

  private HttpResponse<String> bundle(String token, String type, String... entries) {
    return server.ask(
        token,
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}"
            .formatted(type, String.join(",", entries)));
  }

  /** The one record that the request adds of the patient. */
  private JsonNode told(String patient, Runnable request) {
    List<JsonNode> added = journal.added(patient, request);
    assertThat(added).as(patient).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("shown");
    return added.get(0);
  }

  private String newest() {
    return "Observation/tw-1/_history/" + server.versions("Observation/tw-1").size();
  }

  private void assertTellsOfNewest(JsonNode record) {
    assertThat(record.path("resources").toString()).isEqualTo("[\"" + newest() + "\"]");
    assertThat(record.path("consents").toString()).contains("Consent/tw-consent");
    assertThat(record.path("rule").asText()).isEqualTo("CONSENT");
  }

  @ParameterizedTest
  @DisplayName("DIS-1 a patch that changes nothing, or fails, is told like a read")
  @ValueSource(strings = {COPY, IS_SECRET, IS_OTHER, "[]", "[{\"op\":\"move\",\"from\":\"/no\"}]"})
  void patched(String patch) {
    assertTellsOfNewest(
        told(
            "tw",
            () ->
                assertThat(server.ask(doctor, "PATCH", "Observation/tw-1", patch).statusCode())
                    .isNotEqualTo(403)));
    assertTellsOfNewest(told("tw", () -> bundle(doctor, "batch", patchEntry(patch))));
    assertTellsOfNewest(told("tw", () -> bundle(doctor, "transaction", patchEntry(patch))));
  }

  @Test
  @DisplayName("DIS-1 a FHIRPath patch and an XML patch that fail are told like a read")
  void otherPatches() {
    String move =
        """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
          {"name":"type","valueCode":"move"},{"name":"path","valueString":"Observation.category"},
          {"name":"source","valueInteger":0},{"name":"destination","valueInteger":7}]}]}
        """;
    assertTellsOfNewest(
        told(
            "tw",
            () ->
                assertThat(
                        server
                            .askAs(
                                "application/fhir+json", doctor, "PATCH", "Observation/tw-1", move)
                            .statusCode())
                    .isBetween(400, 499)));
    String xml =
        "<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\"f:Observation/f:no\"/></diff>";
    assertTellsOfNewest(
        told(
            "tw",
            () ->
                server.askAs(
                    "application/xml-patch+xml", doctor, "PATCH", "Observation/tw-1", xml)));
  }

  @Test
  @DisplayName("DIS-1 a PUT that tells the version, or that nothing changes, is told like a read")
  void put() {
    for (String version : new String[] {"99", "1"}) {
      assertTellsOfNewest(
          told(
              "tw",
              () ->
                  assertThat(
                          server
                              .ask(
                                  doctor,
                                  "PUT",
                                  "Observation/tw-1",
                                  body("tw-1", "tw"),
                                  "If-Match",
                                  "W/\"" + version + "\"")
                              .statusCode())
                      .isIn(200, 409, 412)));
    }
    for (String way : new String[] {"batch", "transaction"}) {
      String ifMatch = ",\"ifMatch\":\"W/\\\"99\\\"\"";
      assertTellsOfNewest(
          told(
              "tw",
              () ->
                  bundle(
                      doctor,
                      way,
                      entry("PUT", "/Observation/tw-1", body("tw-1", "tw"), ifMatch))));
    }
  }

  @Test
  @DisplayName("DIS-1 what a back-end service is told by its write is told to the patient")
  void service() {
    JsonNode same = told("tw", () -> server.load("Observation/tw-1", body("tw-1", "tw")));
    assertThat(same.path("resources").toString()).contains(newest());
    assertThat(same.path("interaction").asText()).isEqualTo("update Observation");
    JsonNode found =
        told(
            "tw",
            () ->
                assertThat(
                        server
                            .ask(
                                server.tokens().loader(),
                                "POST",
                                "Observation",
                                body("x", "tw"),
                                "If-None-Exist",
                                "_id=tw-1")
                            .statusCode())
                    .isEqualTo(200));
    assertThat(found.path("resources").toString()).contains(newest());
  }

  @Test
  @DisplayName("DIS-1 a deletion that names what still refers to it is told to whom that belongs")
  void conflict() {
    server.load("Organization/tw-org", "{\"resourceType\":\"Organization\",\"id\":\"tw-org\"}");
    server.load(
        "Observation/tw-refers",
        GatedServer.observationOf(
            "tw-refers",
            "\"performer\":[{\"reference\":\"Organization/tw-org\"}],\"subject\":{\"reference\":\"Patient/tw\"}"));
    JsonNode record =
        told(
            "tw",
            () ->
                assertThat(
                        server
                            .ask(server.tokens().loader(), "DELETE", "Organization/tw-org", "")
                            .body())
                    .contains("Observation/tw-refers"));
    assertThat(record.path("resources").toString()).contains("Observation/tw-refers/_history/1");
  }

  @Test
  @DisplayName("DIS-1 whose record a deletion leads to is not told what was to be deleted")
  void conflictOfAnother() {
    server.load(
        "Encounter/tw-visit",
        "{\"resourceType\":\"Encounter\",\"id\":\"tw-visit\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/tw-shut\"}}");
    server.load(
        "Observation/tw-strange",
        GatedServer.observationOf(
            "tw-strange",
            "\"encounter\":{\"reference\":\"Encounter/tw-visit\"},\"subject\":{\"reference\":\"Patient/tw\"}"));
    for (boolean inTransaction : new boolean[] {false, true}) {
      Runnable deletion =
          () ->
              assertThat(
                      (inTransaction
                              ? bundle(
                                  server.tokens().loader(),
                                  "transaction",
                                  "{\"request\":{\"method\":\"DELETE\",\"url\":\"Encounter/tw-visit\"}}")
                              : server.ask(
                                  server.tokens().loader(), "DELETE", "Encounter/tw-visit", ""))
                          .body())
                  .contains("Observation/tw-strange");
      JsonNode others = told("tw", deletion);
      assertThat(others.path("resources").toString()).contains("Observation/tw-strange");
      assertThat(others.toString()).doesNotContain("tw-visit");
      assertThat(told("tw-shut", deletion).toString()).contains("Encounter/tw-visit");
    }
  }

  @ParameterizedTest
  @DisplayName("DIS-1 a condition that finds two is told to both whose they are")
  @ValueSource(strings = {"PUT", "POST"})
  void conditionThatFindsTwo(String method) {
    for (String patient : new String[] {"tw", "tw-shut"}) {
      server.load(
          "Observation/two-" + patient,
          GatedServer.observationOf(
              "two-" + patient,
              "\"identifier\":[{\"value\":\"tw-twice\"}],\"subject\":{\"reference\":\"Patient/%s\"}"
                  .formatted(patient)));
    }
    String condition = "identifier=tw-twice";
    Runnable write =
        () ->
            assertThat(
                    (method.equals("PUT")
                            ? server.ask(
                                server.tokens().loader(),
                                "PUT",
                                "Observation?" + condition,
                                body("x", "tw").replace("\"id\":\"x\",", ""))
                            : server.ask(
                                server.tokens().loader(),
                                "POST",
                                "Observation",
                                body("x", "tw"),
                                "If-None-Exist",
                                condition))
                        .statusCode())
                .isEqualTo(412);
    for (String patient : new String[] {"tw", "tw-shut"}) {
      JsonNode record = told(patient, write);
      assertThat(record.path("resources").toString())
          .contains("Observation/two-" + patient + "/_history/")
          .doesNotContain(patient.equals("tw") ? "two-tw-shut" : "two-tw/");
    }
  }

  @Test
  @DisplayName("DIS-1 a patch that fails with the glass broken is an emergency's record")
  void brokenGlass() {
    String emergency = server.tokens().practitioner("tw-er", "ETREAT");
    JsonNode record =
        told(
            "tw-shut",
            () ->
                assertThat(
                        server
                            .ask(
                                emergency,
                                "PATCH",
                                "Observation/tw-shut-1",
                                COPY,
                                "X-Break-Glass-Reason",
                                "unconscious")
                            .statusCode())
                    .isBetween(400, 499));
    assertThat(record.path("rule").asText()).isEqualTo("BREAK_GLASS");
    assertThat(record.toString()).contains("unconscious", "Observation/tw-shut-1/_history/1");
  }

  @ParameterizedTest
  @DisplayName("DIS-1 a write that is stored has its leaf, and is no disclosure without a body")
  @CsvSource({"alone", "batch", "transaction"})
  void stored(String way) {
    server.observation("tw-" + way, "tw");
    String patch = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]";
    List<JsonNode> added =
        journal.added(
            "tw",
            () ->
                assertThat(
                        (way.equals("alone")
                                ? server.ask(
                                    doctor,
                                    "PATCH",
                                    "Observation/tw-alone",
                                    patch,
                                    "Prefer",
                                    "return=minimal")
                                : bundle(
                                    doctor, way, patchEntry(patch).replace("tw-1", "tw-" + way)))
                            .statusCode())
                    .isEqualTo(200));
    assertThat(server.versions("Observation/tw-" + way)).containsExactly(1L, 2L);
    assertThat(added).isEmpty();
  }

  @Test
  @DisplayName("DIS-1 of two writes of one record in a batch the one that stores nothing is told")
  void storedAndTested() {
    server.observation("tw-two", "tw");
    String change = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]";
    String test = "[{\"op\":\"test\",\"path\":\"/code/text\",\"value\":\"secret-tw-two\"}]";
    for (String[] both : new String[][] {{test, change}, {change, test}}) {
      server.observation("tw-two", "tw");
      JsonNode record =
          told(
              "tw",
              () ->
                  bundle(
                      doctor,
                      "batch",
                      patchEntry(both[0]).replace("tw-1", "tw-two"),
                      patchEntry(both[1]).replace("tw-1", "tw-two")));
      assertThat(record.path("interaction").asText()).isEqualTo("entry PATCH Observation");
      assertThat(record.path("resources").toString()).contains("Observation/tw-two/_history/");
    }
  }

  @Test
  @DisplayName("DIS-1 a transaction that a later entry stops tells of what it was let near before")
  void rolledBack() {
    String change = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"amended\"}]";
    String hidden =
        "[{\"op\":\"add\",\"path\":\"/hasMember\",\"value\":[{\"reference\":\"Observation/tw-shut-1\"}]}]";
    server.observation("tw-2", "tw");
    List<Long> before = server.versions("Observation/tw-1");
    List<JsonNode> added =
        journal.added(
            "tw",
            () ->
                assertThat(
                        bundle(
                                doctor,
                                "transaction",
                                patchEntry(change),
                                patchEntry(hidden).replace("tw-1", "tw-2"))
                            .statusCode())
                    .isEqualTo(403));
    assertThat(server.versions("Observation/tw-1")).isEqualTo(before);
    assertThat(added)
        .extracting(record -> record.path("outcome").asText() + record.path("resources"))
        .containsExactlyInAnyOrder(
            "shown[\"" + newest() + "\"]", "shown[\"Observation/tw-2/_history/1\"]", "refused");
    List<JsonNode> patched =
        journal.added("tw", () -> server.ask(doctor, "PATCH", "Observation/tw-1", hidden));
    assertThat(patched)
        .extracting(record -> record.path("outcome").asText() + record.path("status"))
        .containsExactly("shown403", "refused403");
    assertTellsOfNewest(patched.get(0));
  }
}
