package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the records of one patient say where a request names another, or what is another's. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class RecordsOfOthersTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String doctor;
  private int asking;

  @BeforeAll
  void seed() {
    for (String patient : List.of("ro-own", "ro-else")) {
      server.patient(patient);
      load(patient, "Encounter", "e", "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"}");
      load(patient, "Condition", "c", "\"code\":{\"text\":\"c\"}");
      load(patient, "Observation", "o", "\"status\":\"final\",\"code\":{\"text\":\"o\"}");
    }
    server.observation("ro-moved", "ro-else");
    server.observation("ro-moved", "ro-own");
    server.consent("ro-consent", "ro-own", "ro-doctor", "TREAT");
    doctor = server.tokens().practitioner("ro-doctor", "TREAT");
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
    return server.tokens().practitioner("ro-stranger-" + asking++, "TREAT");
  }

  private static List<String> outcomes(List<JsonNode> records) {
    return records.stream().map(record -> record.path("outcome").asText()).toList();
  }

  @ParameterizedTest
  @DisplayName("DIS-1 the query in a record names nothing of others, in whichever parameter")
  @ValueSource(
      strings = {
        "Observation?patient=ro-own&_id=o-ro-own,o-ro-else",
        "Condition?patient=ro-own&encounter=Encounter/e-ro-else",
        "Condition?patient=ro-own&encounter=e-ro-own,e-ro-else",
        "Condition?patient=ro-own&evidence-detail=Condition/c-ro-else",
        "Condition?patient=ro-own&_id=c-ro-else",
        "Condition?patient=ro-own&encounter.subject=ro-else",
        "Condition?patient=ro-own&asserter=ro-else",
        "Encounter?patient=ro-own&_has:Condition:encounter:subject=ro-else",
        "Encounter?patient=ro-own&_has:Condition:encounter:_id=c-ro-else,c-ro-own",
        "Observation?patient=ro-own,x%5C,ro-else",
        "Observation?patient=ro-own&subject=Group/ro-else",
        "Observation?patient=ro-own&performer=http%3A%2F%2Fe.org%2Ffhir%2FPatient%2Fro-else",
      })
  void query(String search) {
    List<JsonNode> added = journal.added("ro-own", () -> server.get(doctor, search));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("query").asText())
        .contains("patient=ro-own", "(another)")
        .doesNotContain("ro-else");
  }

  @Test
  @DisplayName("DIS-1 the query in a record names what is the patient's, and what is no reference")
  void ownQuery() {
    String search =
        "Observation?_id=o-ro-own,o-ro-else&status=final&date=gt2019&category="
            + "http%3A%2F%2Fe.org%2FCodeSystem%2Fx%7Clab,y&_count=1&subject=Patient/ro-own";
    List<JsonNode> added =
        journal.added("ro-own", () -> server.get(doctor, search.replaceFirst("&status.*", "")));
    assertThat(added.get(0).path("query").asText()).isEqualTo("_id=o-ro-own,(another)");
    JsonNode all = journal.added("ro-own", () -> server.get(doctor, search)).get(0);
    assertThat(all.path("query").asText())
        .contains("category=http://e.org/CodeSystem/x|lab,y&date=gt2019&status=final")
        .endsWith("&subject=Patient/ro-own");
  }

  @ParameterizedTest
  @DisplayName("DIS-1 whom a search names is told, in whichever parameter that refers to patients")
  @ValueSource(
      strings = {
        "Observation?performer=Patient/ro-else",
        "Coverage?beneficiary=ro-else",
        "Group?member=Patient/ro-else",
        "Condition?encounter.subject=ro-else",
        "Practitioner?_has:Condition:asserter:subject=ro-else",
        "Observation?subject=ro-else",
        "Condition?patient=Patient/ro-else/_history/1",
        "Observation?focus=http%3A%2F%2Fe.org%2Ffhir%2FPatient%2Fro-else",
      })
  void named(String search) {
    List<JsonNode> added =
        journal.added(
            "ro-else",
            () -> assertThat(server.get(stranger(), search).statusCode()).isEqualTo(200));
    assertThat(outcomes(added)).containsExactly("shown");
    assertThat(added.get(0).path("count").asInt()).isZero();
  }

  @ParameterizedTest
  @DisplayName("DIS-1 who goes by the id of something else that a search names is told nothing")
  @ValueSource(
      strings = {
        "Observation?subject=Group/ro-else",
        "Observation?subject=Location/ro-else",
        "Observation?subject:Device=ro-else"
      })
  void anotherType(String search) {
    assertThat(
            journal.added(
                "ro-else",
                () -> assertThat(server.get(stranger(), search).statusCode()).isEqualTo(200)))
        .isEmpty();
  }

  private static final String JSON_PATCH =
      "[{\"op\":\"replace\",\"path\":\"/subject/reference\",\"value\":\"Patient/%s\"}]";
  private static final String XML_PATCH =
      "<diff xmlns:f=\"http://hl7.org/fhir\"><replace"
          + " sel=\"f:Observation/f:subject/f:reference/@value\">Patient/%s</replace></diff>";
  private static final String FHIR_PATCH =
      """
      {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.subject"},
        {"name":"value","valueReference":{"reference":"Patient/%s"}}]}]}
      """;

  private String patch(String way, String form, String named) {
    return patch(doctor, "Observation/o-ro-own", way, form, named);
  }

  private String patch(String token, String target, String way, String form, String named) {
    String type =
        form.equals("fhir") ? "application/fhir+json" : "application/" + form + "-patch+" + form;
    String patch =
        (form.equals("fhir") ? FHIR_PATCH : form.equals("xml") ? XML_PATCH : JSON_PATCH)
            .formatted(named);
    if (way.equals("alone")) {
      return server.askAs(type, token, "PATCH", target, patch).body();
    }
    String resource =
        form.equals("fhir")
            ? patch
            : "{\"resourceType\":\"Binary\",\"contentType\":\"%s\",\"data\":\"%s\"}"
                .formatted(type, Base64.getEncoder().encodeToString(patch.getBytes(UTF_8)));
    return server
        .ask(
            token,
            "POST",
            "",
            """
            {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
              "request":{"method":"PATCH","url":"%s"}}]}
            """
                .formatted(way, resource, target))
        .body();
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a patch that is refused for what it would refer to is told as refused")
  @CsvSource({
    "alone, json",
    "alone, xml",
    "alone, fhir",
    "batch, json",
    "batch, fhir",
    "transaction, json",
    "transaction, fhir",
  })
  void patched(String way, String form) {
    int[] others =
        new int[] {journal.records("ro-else").size(), journal.records("ro-never").size()};
    List<JsonNode> own =
        journal.added(
            "ro-own", () -> assertThat(patch(way, form, "ro-else")).contains("not available"));
    assertThat(outcomes(own).stream().filter("refused"::equals)).hasSize(1);
    assertThat(own.toString()).doesNotContain("ro-else");
    List<JsonNode> named = journal.records("ro-else").stream().skip(others[0]).toList();
    assertThat(outcomes(named)).containsExactly("refused");
    assertThat(named.toString()).doesNotContain("ro-own");
    patch(way, form, "ro-never");
    List<JsonNode> missing = journal.records("ro-never").stream().skip(others[1]).toList();
    assertThat(outcomes(missing)).containsExactly("refused");
    assertThat(missing.get(0).path("reason")).isEqualTo(named.get(0).path("reason"));
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a patch that is not let near its target is told to whom it names as well")
  @CsvSource({
    "alone, json",
    "alone, xml",
    "alone, fhir",
    "batch, json",
    "batch, xml",
    "batch, fhir",
    "transaction, json",
    "transaction, xml",
    "transaction, fhir",
  })
  void patchOfHidden(String way, String form) {
    for (String target : List.of("Observation/o-ro-own", "Observation/o-ro-none")) {
      for (String named : List.of("ro-else", "ro-never")) {
        List<JsonNode> added =
            journal.added(named, () -> patch(stranger(), target, way, form, named));
        assertThat(outcomes(added)).containsExactly("refused");
        assertThat(added.toString()).doesNotContain("o-ro-own", "o-ro-none");
      }
    }
  }

  @Test
  @DisplayName(
      "DIS-1 no rule is told to whom the answer shows nothing of and nobody was asked about")
  void ruleOfAnother() {
    journal
        .added("ro-else", () -> server.get(doctor, "Patient/ro-own/$meta?patient=ro-else"))
        .forEach(
            record -> {
              assertThat(record.path("rule").isMissingNode()).isTrue();
              assertThat(record.path("consents").toString()).isEqualTo("[]");
            });
  }

  @ParameterizedTest
  @DisplayName("PRF-1 DIS-4 the proof of another's version is answered and told like its read")
  @ValueSource(strings = {"/$proof", "/$verify"})
  void versionOfAnother(String operation) {
    String hidden = "Observation/ro-moved/_history/1";
    HttpResponse<String> read = server.get(doctor, hidden);
    assertThat(read.statusCode()).isEqualTo(403);
    List<JsonNode> added =
        journal.added(
            "ro-else",
            () -> {
              HttpResponse<String> answer = server.get(doctor, hidden + operation);
              assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
              assertThat(answer.body()).isEqualTo(read.body());
              assertThat(server.get(doctor, hidden.replace("/1", "/9") + operation).body())
                  .isEqualTo(read.body());
            });
    assertThat(outcomes(added)).containsExactly("refused");
  }
}
