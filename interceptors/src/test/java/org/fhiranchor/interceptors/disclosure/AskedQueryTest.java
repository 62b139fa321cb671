package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.junit.jupiter.api.DisplayName;
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
        "Patient; identifier; urn:x|else; urn:x|(another)",
        "'*'; _type; Observation; Observation",
      })
  void kept(String type, String name, String value, String told) {
    AskedQuery asked = AskedQuery.of(type, Map.of(name, new String[] {value}));
    Set<PatientId> named = Set.of(new PatientId("own"), new PatientId("else"));
    assertThat(asked.toldTo(Optional.of(new PatientId("own")), named, OWN))
        .contains(name + "=" + told);
  }
}
