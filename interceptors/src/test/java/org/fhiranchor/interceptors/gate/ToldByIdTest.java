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
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a resource is that a search names by its id is told, whatever is found. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ToldByIdTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String doctor;
  private int asking;

  @BeforeAll
  void seed() {
    server.load("Organization/ti-org", "{\"resourceType\":\"Organization\",\"id\":\"ti-org\"}");
    for (String patient : List.of("ti-own", "ti-else")) {
      server.patient(patient);
      load(patient, "Encounter", "e", "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}");
      load(
          patient,
          "Condition",
          "c",
          "\"code\":{\"text\":\"c\"},\"encounter\":{\"reference\":\"Encounter/e-"
              + patient
              + "\"}");
      load(patient, "Observation", "o", "\"status\":\"final\",\"code\":{\"text\":\"o\"}");
    }
    server.consent("ti-consent", "ti-own", "ti-doctor", "TREAT");
    doctor = server.tokens().practitioner("ti-doctor", "TREAT");
  }

  private void load(String patient, String type, String id, String more) {
    String name = id + "-" + patient;
    server.load(
        type + "/" + name,
        "{\"resourceType\":\"%s\",\"id\":\"%s\",%s,\"subject\":{\"reference\":\"Patient/%s\"}}"
            .formatted(type, name, more, patient));
  }

  /** Somebody new whom nobody permits: many refusals of one requester are summed up (DIS-5). */
  private String stranger() {
    return server.tokens().practitioner("ti-stranger-" + asking++, "TREAT");
  }

  private HttpResponse<String> ask(String token, String way, String search) {
    int question = search.indexOf('?');
    return switch (way) {
      case "alone" -> server.get(token, search);
      case "form" ->
          server.askAs(
              "application/x-www-form-urlencoded",
              token,
              "POST",
              search.substring(0, question) + "/_search",
              search.substring(question + 1));
      default ->
          server.ask(
              token,
              "POST",
              "",
              "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}]}"
                  .formatted(way, search));
    };
  }

  private JsonNode told(String patient, String way, String search) {
    List<JsonNode> added =
        journal.added(
            patient,
            () -> assertThat(ask(stranger(), way, search).statusCode()).as(search).isEqualTo(200));
    assertThat(added).as(way + " " + search).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("shown");
    assertThat(added.get(0).path("count").asInt()).isZero();
    return added.get(0);
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a search that names a resource by its id is told to whom it belongs")
  @ValueSource(
      strings = {
        "Condition?_id=c-%s&code:not=urn:x%%7Cy",
        "Condition?_id=c-%s",
        "Condition?encounter=Encounter/e-%s",
        "Condition?encounter=e-%s",
        "Condition?encounter:Encounter=e-%s",
        "Condition?encounter=http%%3A%%2F%%2Fe.org%%2Ffhir%%2FEncounter%%2Fe-%s",
        "Encounter?_has:Condition:encounter:_id=c-%s",
        "Observation?derived-from=o-%s",
        "Provenance?target=Observation/o-%s",
      })
  void named(String search) {
    for (String way : List.of("alone", "form", "batch")) {
      int nobody = journal.records("").size();
      JsonNode record = told("ti-else", way, search.formatted("ti-else"));
      assertThat(record.path("query").asText()).contains("-ti-else");
      assertThat(journal.records("")).hasSize(nobody);
      int hidden = journal.records("ti-else").size();
      JsonNode missing = told("", way, search.formatted("ti-never"));
      assertThat(missing.path("query").asText()).contains("(another)").doesNotContain("never");
      assertThat(journal.records("ti-else")).hasSize(hidden);
    }
    assertThat(plain(ask(stranger(), "alone", search.formatted("ti-else"))))
        .isEqualTo(plain(ask(stranger(), "alone", search.formatted("ti-never"))));
  }

  private static String plain(HttpResponse<String> answer) {
    return answer.statusCode()
        + answer
            .body()
            .replaceAll("\"id\": *\"[^\"]+\"", "")
            .replaceAll("\"lastUpdated\": *\"[^\"]+\"", "")
            .replace("ti-never", "ti-else");
  }

  /**
   * Whether there is one, and whosever it is, shows neither in the answer nor in the log's size.
   */
  @ParameterizedTest
  @DisplayName("DIS-4 beside a patient who is told one id makes one record more, hidden or missing")
  @ValueSource(
      strings = {"Condition?patient=ti-own&_id=c-%s", "Condition?patient=ti-own&encounter=e-%s"})
  void asManyRecords(String search) {
    for (String way : List.of("alone", "form", "batch")) {
      for (String id : List.of("ti-else", "ti-own", "ti-never")) {
        int before = all();
        List<JsonNode> own =
            journal.added("ti-own", () -> ask(stranger(), way, search.formatted(id)));
        assertThat(all()).as(way + " " + id).isEqualTo(before + 2);
        assertThat(own).hasSize(1);
        assertThat(own.get(0).path("count").asInt()).isZero();
        assertThat(own.get(0).toString()).doesNotContain("ti-else", "ti-never");
      }
    }
  }

  private int all() {
    return Stream.of("ti-own", "ti-else", "").mapToInt(one -> journal.records(one).size()).sum();
  }

  @Test
  @DisplayName("DIS-4 a search is told to whom it names, also beside hits of others")
  void besideHits() {
    String search = "Observation?_id=o-ti-own,o-ti-else";
    List<JsonNode> other = journal.added("ti-else", () -> server.get(doctor, search));
    assertThat(other).hasSize(1);
    assertThat(other.get(0).path("query").asText()).isEqualTo("_id=(another),o-ti-else");
    List<JsonNode> own = journal.added("ti-own", () -> server.get(doctor, search));
    assertThat(own).hasSize(1);
    assertThat(own.get(0).path("count").asInt()).isEqualTo(1);
    assertThat(own.get(0).path("query").asText()).isEqualTo("_id=o-ti-own,(another)");
  }

  @Test
  @DisplayName("DIS-4 a search that is refused is told to whom it names, and else to nobody")
  void refused() {
    for (String way : List.of("alone", "batch")) {
      for (String id : List.of("ti-else", "ti-never")) {
        String patient = id.equals("ti-never") ? "" : id;
        String token =
            server.tokens().of("Practitioner/ti-" + asking++, "", "user/Patient.rs", "TREAT");
        List<JsonNode> added =
            journal.added(patient, () -> ask(token, way, "Condition?_id=c-" + id));
        assertThat(added).as(way + " " + id).hasSize(1);
        assertThat(added.get(0).path("outcome").asText()).isEqualTo("refused");
      }
    }
  }

  @Test
  @DisplayName("DIS-4 what is open and there is no disclosure, whoever names it")
  void open() {
    int nobody = journal.records("").size();
    for (String way : List.of("alone", "batch")) {
      assertThat(ask(doctor, way, "Organization?_id=ti-org").body()).contains("ti-org");
    }
    assertThat(journal.records("")).hasSize(nobody);
  }
}
