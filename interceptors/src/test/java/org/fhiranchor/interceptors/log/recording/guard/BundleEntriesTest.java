package org.fhiranchor.interceptors.log.recording.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** REC-6 over HTTP: what an entry of a transaction or batch says it does, or a refusal. */
final class BundleEntriesTest {
  private static final String PARAMETERS =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"reason\",\"valueString\":\"x\"}]}";
  private static final String FIRST = "urn:uuid:6e0c1a3c-0000-4000-8000-000000000001";
  private static final String SECOND = "urn:uuid:6e0c1a3c-0000-4000-8000-000000000002";

  private final RunningServer server = RunningServer.shared();
  private final JdbcTemplate jdbc = new JdbcTemplate(server.bean(DataSource.class));
  private long before;

  @BeforeEach
  void seed() {
    assertThat(server.fhir("PUT", "Patient/entry", patient("\"id\":\"entry\"")).statusCode())
        .isBetween(200, 201);
    before = versions();
  }

  private long versions() {
    return jdbc.queryForObject("select count(*) from HFJ_RES_VER", Long.class);
  }

  private static String patient(String more) {
    return "{\"resourceType\":\"Patient\",\"active\":true,%s}".formatted(more);
  }

  private static String identified(String value, String gender) {
    return patient(
        "\"gender\":\"%s\",\"identifier\":[{\"system\":\"urn:e\",\"value\":\"%s\"}]"
            .formatted(gender, value));
  }

  private static String patch(String gender) {
    String operations =
        "[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"%s\"}]".formatted(gender);
    return "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\",\"data\":\"%s\"}"
        .formatted(Base64.getEncoder().encodeToString(operations.getBytes(StandardCharsets.UTF_8)));
  }

  private static String entry(String verb, String url, String body) {
    return entry("", verb, url, body);
  }

  private static String entry(String fullUrl, String verb, String url, String body) {
    return "{%s%s\"request\":{\"method\":\"%s\",\"url\":\"%s\"}}"
        .formatted(
            fullUrl.isEmpty() ? "" : "\"fullUrl\":\"" + fullUrl + "\",",
            body.isEmpty() ? "" : "\"resource\":" + body + ",",
            verb,
            url);
  }

  private HttpResponse<String> send(String type, String... entries) {
    return server.fhir(
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}"
            .formatted(type, String.join(",", entries)));
  }

  @ParameterizedTest
  @DisplayName("REC-6 an operation as an entry is refused, and nothing becomes of it")
  @CsvSource({
    "POST, Consent/1/$revoke",
    "POST, Patient/entry/$enroll-key",
    "POST, Observation/y/$meta-add",
    "POST, Patient/$validate",
    "POST, $export",
    "POST, Patient/_search",
    "POST, Patient/entry",
    "POST, Observation",
    "PUT, Patient/entry/$meta-add",
    "PUT, Patient/entry/_history/1",
    "PUT, Patient/$x",
    "PATCH, Patient/entry/$x",
    "DELETE, Patient/entry/$meta-delete",
    "DELETE, Patient/entry/_history/1",
    "DELETE, /Patient/entry/$x"
  })
  void refusesOperations(String verb, String url) {
    String body = verb.equals("DELETE") ? "" : PARAMETERS;
    HttpResponse<String> transaction = send("transaction", entry(verb, url, body));
    assertThat(transaction.statusCode()).as(transaction.body()).isEqualTo(400);
    HttpResponse<String> batch =
        send("batch", entry("GET", "Patient/entry", ""), entry(verb, url, body));
    assertThat(batch.statusCode()).isEqualTo(200);
    assertThat(batch.body()).contains("\"200", "\"400");
    assertThat(versions()).isEqualTo(before);
    assertThat(server.fhir("GET", "Patient/entry", "").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @DisplayName(
      "REC-6 HEAD, which HAPI fails at, is refused; so is an operation that writes its answer"
          + " itself")
  @CsvSource({
    "HEAD, Patient/entry",
    "GET, Patient/entry/$proof",
    "GET, /Patient/entry/$proof?x=1",
    "GET, Patient/entry/_history/1/$proof",
    "GET, $export?_type=Patient"
  })
  void refusesReads(String verb, String url) {
    HttpResponse<String> transaction = send("transaction", entry(verb, url, ""));
    assertThat(transaction.statusCode()).as(transaction.body()).isEqualTo(400);
    HttpResponse<String> batch =
        send("batch", entry(verb, url, ""), entry("GET", "Patient/entry", ""));
    assertThat(batch.statusCode()).isEqualTo(200);
    assertThat(batch.body()).contains("batch-response", "\"400", "\"200");
  }

  @Test
  @DisplayName(
      "REC-6 a resource that refers to its own entry is refused by name, in an extension too")
  void refusesItself() {
    String own = "urn:uuid:00000000-0000-4000-8000-000000000001";
    for (String reference :
        List.of(
            "\"link\":[{\"other\":{\"reference\":\"" + own + "\"},\"type\":\"refer\"}]",
            "\"extension\":[{\"url\":\"http://e\",\"valueReference\":{\"reference\":\""
                + own
                + "\"}}]")) {
      String entry = entry(own, "POST", "Patient", patient(reference));
      HttpResponse<String> transaction = send("transaction", entry);
      assertThat(transaction.statusCode()).as(transaction.body()).isEqualTo(400);
      assertThat(transaction.body()).contains("refers to the entry itself");
      HttpResponse<String> batch = send("batch", entry, entry("GET", "Patient/entry", ""));
      assertThat(batch.body()).contains("\"400", "\"200");
    }
    assertThat(versions()).isEqualTo(before);
  }

  @ParameterizedTest
  @DisplayName("REC-6 an entry that says what it does is run")
  @ValueSource(strings = {"Patient", "/Patient", "Patient?"})
  void runsEntries(String url) {
    assertThat(send("transaction", entry("POST", url, patient("\"gender\":\"male\""))).statusCode())
        .isEqualTo(200);
    assertThat(versions()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("REC-6 operations that only read are run as entries")
  void runsReadingOperations() {
    HttpResponse<String> everything = send("batch", entry("GET", "Patient/entry/$everything", ""));
    assertThat(everything.body()).contains("\"200", "\"searchset\"");
    assertThat(versions()).isEqualTo(before);
  }

  @Test
  @DisplayName("REC-6 two conditional updates of one identity are refused, whatever their spelling")
  void refusesTwoConditionalUpdates() {
    refused(
        entry(FIRST, "PUT", "Patient?identifier=urn:e%7Cnew", identified("new", "male")),
        entry(SECOND, "PUT", "Patient?identifier=urn:e%7Cnew", identified("new", "female")));
    refused(
        entry("PUT", "Patient?identifier=urn:e%7Cnew", identified("new", "male")),
        entry("PUT", "Patient?identifier=urn:e%7Cnew", identified("new", "female")));
    refused(
        entry(FIRST, "PUT", "Patient?identifier=urn:e%7Cnew", identified("new", "male")),
        entry(SECOND, "PUT", "Patient?identifier=urn:e|new", identified("new", "female")));
    server.fhir("PUT", "Patient?identifier=urn:e%7Cold", identified("old", "other"));
    before = versions();
    refused(
        entry(FIRST, "PUT", "Patient?identifier=urn:e%7Cold", identified("old", "male")),
        entry(SECOND, "PUT", "Patient?identifier=urn:e|old", identified("old", "female")));
    refused(
        entry(FIRST, "PUT", "Patient?identifier=urn:e%7Cold", identified("old", "male")),
        entry(
            SECOND, "PUT", "Patient?gender=other&identifier=urn:e|old", identified("old", "male")));
  }

  @Test
  @DisplayName("REC-6 an update by condition and one by id of the same resource are refused")
  void refusesTwoWritesOfOneResource() {
    server.fhir(
        "PUT",
        "Patient/both-ways",
        identified("both", "other").replace("\"active\"", "\"id\":\"both-ways\",\"active\""));
    before = versions();
    String byId =
        identified("both", "male").replace("\"active\"", "\"id\":\"both-ways\",\"active\"");
    refused(
        entry("PUT", "Patient?identifier=urn:e%7Cboth", identified("both", "female")),
        entry("PUT", "Patient/both-ways", byId));
    refused(
        entry("PUT", "Patient/both-ways", byId),
        entry("PATCH", "Patient/both-ways", patch("female")));
    refused(
        entry("PATCH", "Patient/both-ways", patch("male")),
        entry("PATCH", "Patient/both-ways", patch("female")));
    refused(
        entry("PATCH", "Patient/both-ways", patch("male")),
        entry("PATCH", "Patient?identifier=urn:e%7Cboth", patch("female")));
    for (String deleted : List.of("Patient/both-ways", "Patient?identifier=urn:e%7Cboth")) {
      refused(entry("DELETE", deleted, ""), entry("PUT", "Patient/both-ways", byId));
      refused(
          entry("DELETE", deleted, ""),
          entry("PUT", "Patient?identifier=urn:e%7Cboth", identified("both", "female")));
      refused(entry("PATCH", "Patient/both-ways", patch("female")), entry("DELETE", deleted, ""));
    }
  }

  private void refused(String... entries) {
    HttpResponse<String> answer = send("transaction", entries);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 422);
    assertThat(versions()).isEqualTo(before);
  }

  @Test
  @DisplayName("REC-6 in a batch each of them is a write of its own")
  void runsThemOneByOneInABatch() {
    HttpResponse<String> answer =
        send(
            "batch",
            entry("PUT", "Patient?identifier=urn:e%7Cbatch", identified("batch", "male")),
            entry("PUT", "Patient?identifier=urn:e%7Cbatch", identified("batch", "female")));
    assertThat(answer.body()).contains("\"201", "\"200");
    assertThat(versions()).isEqualTo(before + 2);
  }

  @Test
  @DisplayName("REC-1 many entries that do not overlap are each stored, patched and deleted once")
  void storesWhatDoesNotOverlap() {
    server.fhir("PUT", "Patient/patched", patient("\"id\":\"patched\""));
    server.fhir("PUT", "Patient/dropped", patient("\"id\":\"dropped\""));
    before = versions();
    HttpResponse<String> answer =
        send(
            "transaction",
            entry("PATCH", "Patient/patched", patch("male")),
            entry("DELETE", "Patient/dropped", ""),
            entry(
                "PUT",
                "Patient/entry",
                patient("\"id\":\"entry\",\"gender\":\"%s\"".formatted(gender()))),
            entry("PUT", "Patient?identifier=urn:e%7Cmany", identified("many", "male")),
            entry(FIRST, "POST", "Patient", patient("\"gender\":\"male\"")),
            entry(SECOND, "POST", "Patient", patient("\"gender\":\"male\"")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(versions()).isEqualTo(before + 6);
  }

  @Test
  @DisplayName("REC-1 an entry may refer to one that comes later, and to what is made for it")
  void storesForwardReferences() {
    String observation =
        """
        {"resourceType":"Observation","id":"forward","status":"final","code":{"text":"x"},
         "subject":{"reference":"Patient/forward"},
         "performer":[{"reference":"Practitioner/forward"}]}
        """;
    HttpResponse<String> answer =
        send(
            "transaction",
            entry("PUT", "Observation/forward", observation),
            entry("PUT", "Patient/forward", patient("\"id\":\"forward\"")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(versions()).isEqualTo(before + 3);
    assertThat(server.fhir("GET", "Patient/forward", "").body()).contains("\"active\"");
  }

  private String gender() {
    return server.fhir("GET", "Patient/entry", "").body().contains("female") ? "male" : "female";
  }
}
