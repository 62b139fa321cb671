package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.consent.decide.PatientId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the record of a patient keeps of a query. */
final class AskedQueryTest {
  private static final Set<String> OWN = Set.of("Patient/own", "own", "Observation/o", "o");

  @ParameterizedTest
  @DisplayName("DIS-1 of references and ids a record keeps those of its patient alone")
  @CsvSource(
      delimiter = ';',
      value = {
        "Observation; _id; o,p; o,(another)",
        "Observation; has-member; Observation/o,Observation/p; Observation/o,Observation/(another)",
        "Observation; has-member; http://h/fhir/Patient/p/Observation/o; Observation/o",
        "Observation; patient; own\\,p; (another),(another)",
        "Observation; encounter:missing; true; true",
        "Observation; encounter:missing; e; (another)",
        "Observation; encounter.status; finished; finished",
        "Observation; encounter.part-of; e; (another)",
        "Observation; _has:Condition:evidence-detail:code; x; x",
        "Observation; _has:Condition:evidence-detail; x; (another)",
        "Observation; code-value-concept; a$b; a$b",
        "DocumentReference; relationship; p$replaces; (another)",
        "Observation; of-our-own; p; (another)",
        "Observation; _list; l; (another)",
        "Observation; code; http://e.org/Encounter/x|1; http://e.org/Encounter/x|1",
        "Observation; code; Patient/p; Patient/(another)",
        "Observation; code; a-Patient/p else-x else; a-Patient/(another) else-x (another)",
        "Patient; identifier; urn:x|else; urn:x|(another)",
        "'*'; _type; Observation; Observation",
      })
  void kept(String type, String name, String value, String told) {
    AskedQuery asked = AskedQuery.of(type, Map.of(name, new String[] {value}));
    Set<PatientId> named = Set.of(new PatientId("own"), new PatientId("else"));
    assertThat(asked.toldTo(Optional.of(new PatientId("own")), named, OWN))
        .contains(name + "=" + told);
  }

  @Test
  @DisplayName("DIS-1 two entries of one batch share nothing, however equal they begin")
  void longBeginnings() {
    String begins = "Observation?code=" + "x".repeat(3_000);
    assertThat(address(begins + "a"))
        .isNotEqualTo(address(begins + "b"))
        .isEqualTo(address(begins + "a"));
    assertThat(address("Observation?code=a&status=b"))
        .isNotEqualTo(address("Observation?code=a%26status=b"));
  }

  private static String address(String url) {
    return AccessQuestion.ofEntry("GET", url, Optional.empty(), false).address();
  }

  @Test
  @DisplayName("DIS-1 the records of 1,000 named patients cost no more for what is not kept of it")
  void longQueries() {
    Set<PatientId> named =
        IntStream.range(0, AccessQuestion.MOST_NAMED)
            .mapToObj(i -> new PatientId("p" + i))
            .collect(Collectors.toSet());
    String references = "http://h/".repeat(200_000) + "Observation/x,";
    AskedQuery asked =
        AskedQuery.of(
            "Observation",
            Map.of(
                "_pretty",
                new String[] {"x ".repeat(950_000)},
                "has-member",
                new String[] {references, references},
                "x".repeat(1_900_000),
                new String[] {"y"}));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            named.forEach(
                one ->
                    assertThat(asked.toldTo(Optional.of(one), named, Set.of()).orElseThrow())
                        .hasSizeBetween(1, 2_000)));
  }

  @Test
  @DisplayName("DIS-1 a query that is cut within an id of another tells nothing of that id")
  void cutIds() {
    for (int before = 1_900; before < 2_100; before++) {
      AskedQuery asked =
          AskedQuery.of("Observation", Map.of("code", new String[] {" ".repeat(before) + "else"}));
      assertThat(asked.toldTo(Optional.empty(), Set.of(new PatientId("else")), Set.of()))
          .hasValueSatisfying(told -> assertThat(told).doesNotContain("el"));
    }
  }
}
