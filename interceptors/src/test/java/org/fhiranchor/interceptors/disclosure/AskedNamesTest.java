package org.fhiranchor.interceptors.disclosure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.consent.decide.PatientId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which resources a search names by their ids, and which patients a patch names. */
final class AskedNamesTest {
  @ParameterizedTest
  @DisplayName("DIS-4 a search names resources by ids and references, behind chains too")
  @CsvSource({
    "Condition, _id, 'x,y', 'Condition/x,Condition/y'",
    "Condition, encounter, e, Encounter/e",
    "Condition, encounter, Encounter/e/_history/2, Encounter/e",
    "Condition, encounter, http://h/fhir/Encounter/e, Encounter/e",
    "Condition, encounter:Encounter, e, Encounter/e",
    "Condition, encounter._id, e, Encounter/e",
    "Condition, encounter.part-of, e, Encounter/e",
    "Condition, subject:Group, g, Group/g",
    "Condition, encounter.location, l, Location/l",
    "Encounter, _has:Condition:encounter:_id, c, Condition/c",
    "Encounter, _has:Condition:encounter:_has:Provenance:target:_id, p, Provenance/p",
    "Provenance, target, Observation/o, Observation/o",
    "Observation, of-our-own, Basic/b, Basic/b",
    "'', _id, x, 'Basic/x,Flag/x'",
    "Condition, subject, p, ''",
    "Condition, patient, Patient/p, ''",
    "Patient, _id, p, ''",
    "Condition, encounter:identifier, urn:x|e, ''",
    "Condition, encounter:missing, true, ''",
    "Condition, code, Encounter/e, ''",
    "Condition, of-our-own, x, ''",
  })
  void names(String type, String name, String value, String names) {
    Map<String, String[]> asked =
        Map.of(name, new String[] {value}, "_type", new String[] {"Basic,Flag,Nonsense"});
    assertThat(AskedNames.of(type, asked))
        .isEqualTo(names.isEmpty() ? Set.of() : Set.of(names.split(",")));
  }

  @Test
  @DisplayName("DIS-4 at most 1,000 resources of a search are told")
  void bounded() {
    String many = IntStream.range(0, 5_000).mapToObj(i -> "x" + i).collect(Collectors.joining(","));
    assertThat(AskedNames.of("Basic", Map.of("_id", new String[] {many})))
        .hasSize(AccessQuestion.MOST_NAMED);
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a JSON or XML Patch names the patients of its texts, whatever their spelling")
  @ValueSource(
      strings = {
        "[{\"op\":\"add\",\"path\":\"/subject\",\"value\":{\"reference\":\"Patient/p\"}}]",
        "[{\"op\":\"test\",\"path\":\"/subject/reference\",\"value\":\"http:\\/\\/h\\/Patient\\u002fp/_history/3\"}]",
        "<diff><replace sel=\"x\">Patient&#x2f;p</replace></diff>",
        " <diff><add sel=\"x\"><subject><reference value=\"Patient/p\"/></subject></add></diff>",
        "<diff><replace sel=\"x\">Patient/p",
        "[{\"value\":\"Patient/p\"",
      })
  void patch(String patch) {
    assertThat(PatchNames.in(patch.getBytes(UTF_8))).containsExactly(new PatientId("p"));
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a patch that names no patient names none")
  @ValueSource(
      strings = {
        "",
        "[]",
        "[{\"value\":\"Patients/p\"}]",
        "[{\"value\":\"xPatient/p\"}]",
        "<!DOCTYPE d [<!ENTITY e \"x\">]><diff>&e;</diff>",
      })
  void patchOfNobody(String patch) {
    assertThat(PatchNames.in(patch.getBytes(UTF_8))).isEmpty();
  }
}
