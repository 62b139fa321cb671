package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refused write is accounted for to whom it concerns, alone and in a bundle. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class RefusedWritesTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String stranger;

  @BeforeAll
  void seed() {
    server.patient("rw");
    server.patient("rw-open");
    server.observation("rw-1", "rw");
    server.observation("rw-open-1", "rw-open");
    server.consent("rw-consent", "rw-open", "rw-doctor", "TREAT");
    stranger = server.tokens().practitioner("rw-stranger", "TREAT");
  }

  private static String body(String id, String patient) {
    return GatedServer.observationOf(id, "\"subject\":{\"reference\":\"Patient/" + patient + "\"}");
  }

  private static String bundle(String type, String method, String id) {
    String resource = method.equals("PUT") ? "\"resource\":" + body(id, "rw") + "," : "";
    return """
    {"resourceType":"Bundle","type":"%s","entry":[{%s"request":{"method":"%s","url":"Observation/%s"}}]}
    """
        .formatted(type, resource, method, id);
  }

  private HttpResponse<String> write(String token, String way, String method, String id) {
    return way.equals("alone")
        ? server.ask(
            token,
            method,
            "Observation/" + id,
            method.equals("PUT") ? body(id, "rw") : method.equals("PATCH") ? "[]" : "")
        : server.ask(token, "POST", "", bundle(way, method, id));
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a refused write is told to the patient, in a batch and a transaction too")
  @CsvSource({
    "alone, PUT, ''",
    "alone, PATCH, ''",
    "alone, DELETE, ''",
    "batch, PUT, ''",
    "batch, DELETE, ''",
    "transaction, PUT, ''",
    "transaction, DELETE, ''",
    "alone, PUT, user/Observation.cu",
    "batch, PUT, user/Observation.cu",
    "transaction, PUT, user/Observation.cu",
    "alone, DELETE, user/Patient.rs",
    "batch, DELETE, user/Patient.rs",
    "transaction, DELETE, user/Patient.rs",
  })
  void refused(String way, String method, String scopes) {
    String token =
        scopes.isEmpty()
            ? stranger
            : server.tokens().of("Practitioner/rw-stranger", "", scopes, "TREAT");
    int nobody = journal.records("").size();
    List<JsonNode> added = journal.added("rw", () -> write(token, way, method, "rw-1"));
    assertThat(journal.records("")).hasSize(nobody);
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("refused");
    assertThat(added.get(0).path("target").asText()).isEqualTo("Observation/rw-1");
    assertThat(added.get(0).path("requester").path("subject").asText()).isEqualTo("rw-stranger");
    assertThat(
            journal.added(
                method.equals("PUT") ? "rw" : "", () -> write(token, way, method, "rw-none")))
        .hasSize(1);
    HttpResponse<String> hidden = write(token, way, method, "rw-1");
    HttpResponse<String> missing = write(token, way, method, "rw-none");
    assertThat(hidden.statusCode()).isEqualTo(missing.statusCode());
    assertThat(plain(hidden)).isEqualTo(plain(missing));
    assertThat(hidden.headers().firstValue("WWW-Authenticate"))
        .isEqualTo(missing.headers().firstValue("WWW-Authenticate"));
  }

  private HttpResponse<String> post(String token, String way, String body) {
    String entry =
        "{\"request\":{\"method\":\"POST\",\"url\":\"Observation\"},\"resource\":" + body + "}";
    return way.equals("alone")
        ? server.ask(token, "POST", "Observation", body)
        : server.ask(
            token,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"" + way + "\",\"entry\":[" + entry + "]}");
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a refused creation is told to whom it names as its owner")
  @CsvSource({
    "alone, ''",
    "batch, ''",
    "transaction, ''",
    "batch, user/Patient.rs",
    "transaction, user/Patient.rs"
  })
  void refusedCreation(String way, String scopes) {
    // Somebody new: many refusals of one requester are summed up (DIS-5).
    String token =
        scopes.isEmpty()
            ? server.tokens().practitioner("rw-maker", "TREAT")
            : server.tokens().of("Practitioner/rw-maker", "", scopes, "TREAT");
    int nobody = journal.records("").size();
    List<JsonNode> added =
        journal.added(
            "rw", () -> assertThat(post(token, way, body("x", "rw")).statusCode()).isIn(200, 403));
    assertThat(journal.records("")).hasSize(nobody);
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("refused");
    assertThat(added.get(0).path("interaction").asText())
        .isEqualTo(way.equals("batch") ? "entry POST Observation" : "create Observation");
    List<JsonNode> missing =
        journal.added("rw-never", () -> post(token, way, body("x", "rw-never")));
    assertThat(missing).hasSize(1);
    assertThat(missing.get(0).path("reason")).isEqualTo(added.get(0).path("reason"));
  }

  @ParameterizedTest
  @DisplayName(
      "DIS-4 whom a refused creation names is not told whether something of another is there")
  @CsvSource({"alone", "batch", "transaction"})
  void creationBeside(String way) {
    String doctor = server.tokens().practitioner("rw-doctor", "TREAT");
    int hidden = journal.records("rw").size();
    List<String> reasons =
        Stream.of("rw-1", "rw-none")
            .map(
                member ->
                    body("x", "rw-open")
                        .replace(
                            "\"subject\"",
                            "\"hasMember\":[{\"reference\":\"Observation/"
                                + member
                                + "\"}],\"subject\""))
            .flatMap(body -> journal.added("rw-open", () -> post(doctor, way, body)).stream())
            .map(one -> one.path("outcome").asText() + one.path("reason").asText())
            .toList();
    assertThat(reasons).hasSize(2);
    assertThat(reasons.get(0)).startsWith("refused").isEqualTo(reasons.get(1));
    assertThat(journal.records("rw")).hasSize(hidden);
  }

  /** Without the id that a server gives to the answer to a bundle. */
  private static String plain(HttpResponse<String> answer) {
    return answer.body().replaceFirst("\"id\":\"[^\"]+\",?", "").replace("rw-none", "rw-1");
  }

  @Test
  @DisplayName(
      "DIS-4 a transaction is told to the patient of the entry that stopped it, and to nobody else")
  void stoppedBy() {
    String doctor = server.tokens().practitioner("rw-doctor", "TREAT");
    String transaction =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
          {"request":{"method":"GET","url":"Observation/rw-open-1"}},
          {"resource":%s,"request":{"method":"PUT","url":"Observation/rw-1"}},
          {"resource":%s,"request":{"method":"PUT","url":"Observation/rw-open-1"}}]}
        """
            .formatted(body("rw-1", "rw"), body("rw-open-1", "rw-open"));
    int open = journal.records("rw-open").size();
    List<JsonNode> added =
        journal.added(
            "rw",
            () ->
                assertThat(server.ask(doctor, "POST", "", transaction).statusCode())
                    .isEqualTo(403));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("reason").asText()).isEqualTo("NO_CONSENT");
    assertThat(added.get(0).toString()).doesNotContain("rw-open");
    assertThat(journal.records("rw-open")).hasSize(open);
  }

  @ParameterizedTest
  @DisplayName(
      "DIS-4 a write of what may be seen, refused for what it refers to, is told to its patient")
  @CsvSource({"alone", "batch", "transaction"})
  void refersToHidden(String way) {
    String doctor = server.tokens().practitioner("rw-doctor", "TREAT");
    String body =
        body("rw-open-1", "rw-open")
            .replace(
                "\"subject\"", "\"hasMember\":[{\"reference\":\"Observation/rw-1\"}],\"subject\"");
    String bundle =
        """
        {"resourceType":"Bundle","type":"%s","entry":[
          {"resource":%s,"request":{"method":"PUT","url":"Observation/rw-open-1"}}]}
        """
            .formatted(way, body);
    List<JsonNode> added =
        journal.added(
            "rw-open",
            () ->
                server.ask(
                    doctor,
                    way.equals("alone") ? "PUT" : "POST",
                    way.equals("alone") ? "Observation/rw-open-1" : "",
                    way.equals("alone") ? body : bundle));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("refused");
    assertThat(added.get(0).toString()).doesNotContain("Observation/rw-1\"");
  }

  @ParameterizedTest
  @DisplayName(
      "DIS-4 a patient whom a refused request names is not told whether something of another is"
          + " there")
  @CsvSource({
    "GET, Observation/%s?patient=Patient/rw-open",
    "GET, Observation/%s/_history?patient=rw-open",
    "GET, Observation/%s/$meta?patient=rw-open",
    "GET, Observation/%s/$validate?patient=rw-open",
    "GET, Observation/%s/$proof?patient=rw-open",
    "GET, Observation/%s/$everything?patient=rw-open",
    "PUT, Observation/%s?patient=rw-open",
    "DELETE, Observation/%s?patient=rw-open",
    "PATCH, Observation/%s?patient=rw-open",
    "GET, Observation/%s/_history/1?subject=Patient/rw-open",
  })
  void namedBeside(String method, String url) {
    // Somebody new: many refusals of one requester are summed up (DIS-5).
    String asking =
        server
            .tokens()
            .practitioner("rw-" + Integer.toHexString((method + url).hashCode()), "TREAT");
    for (String way : List.of("alone", "batch", "transaction")) {
      List<String> hidden = told(asking, way, method, url.formatted("rw-1"));
      List<String> missing = told(asking, way, method, url.formatted("rw-none"));
      assertThat(hidden).as(way).isEqualTo(missing);
    }
  }

  /** What the record of the visible patient says of how it was refused. */
  private List<String> told(String asking, String way, String method, String url) {
    String body =
        method.equals("PUT")
            ? body(url.contains("rw-1") ? "rw-1" : "rw-none", "rw-open")
            : method.equals("PATCH") ? "[]" : "";
    String resource = method.equals("PUT") ? "\"resource\":" + body + "," : "";
    String entry =
        """
        {"resourceType":"Bundle","type":"%s","entry":[{%s"request":{"method":"%s","url":"%s"}}]}
        """
            .formatted(way, resource, method, url);
    List<JsonNode> added =
        journal.added(
            "rw-open",
            () ->
                assertThat(
                        way.equals("alone")
                            ? server.ask(asking, method, url, body)
                            : server.ask(asking, "POST", "", entry))
                    .isNotNull());
    return added.stream()
        .map(one -> one.path("outcome").asText() + " " + one.path("reason").asText())
        .toList();
  }
}
