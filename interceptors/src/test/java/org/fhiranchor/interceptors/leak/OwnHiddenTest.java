package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a patient may know of records that are hidden from others. */
final class OwnHiddenTest {
  private static final String LABELLED = "Patient/labelled-Patient";

  private final OwnHidden own = OwnHidden.of(Records.ofFuzzer());

  private static ObjectNode record(String patient, String query, int count) {
    return BodyGrammar.JSON
        .createObjectNode()
        .put("patient", patient)
        .put("outcome", "shown")
        .put("count", count)
        .put("query", query);
  }

  private static FuzzRequest asking(String query) {
    return new FuzzRequest(FuzzPersona.READER, "GET", "Observation", List.of(query), "");
  }

  @ParameterizedTest
  @DisplayName("FUZZ-1 of a record's ids those of the patient's own hidden records are left out")
  @CsvSource({
    "Patient/labelled-Patient, '_id=hidden-Restricted,hidden-Coded', '_id=(another),(another)'",
    "Patient/labelled-Patient, encounter=Encounter/hidden-Leading, encounter=Encounter/(another)",
    "Patient/labelled-Patient, _id=hidden-Second, _id=hidden-Second",
    "Patient/labelled-Patient, _id=hidden-Observation, _id=hidden-Observation",
    "Patient/labelled-Patient, _id=moved-Observation, _id=moved-Observation",
    "Patient/visible-Patient, _id=hidden-Restricted, _id=hidden-Restricted",
    "Patient/visible-Patient, _id=hidden-Shared, _id=hidden-Shared",
  })
  void masked(String patient, String query, String left) {
    assertThat(own.masked(record(patient, query, 0)).path("query").asText()).isEqualTo(left);
  }

  @ParameterizedTest
  @DisplayName("FUZZ-1 a record is one world's alone where it tells its patient of a hidden record")
  @CsvSource({
    "Patient/labelled-Patient, _id=hidden-Restricted, true",
    "Patient/labelled-Patient, _id=x%2Chidden-Second, true",
    "Patient/visible-Patient, _id=hidden-Shared, true",
    "Patient/visible-Patient, _id=log.Observation.hidden-Shared.1, true",
    "Patient/visible-Patient, _id=hidden-Restricted, false",
    "Patient/labelled-Patient, _id=hidden-Observation, false",
    "Patient/labelled-Patient, _id=denied-Encounter, false",
    "Patient/labelled-Patient, _id=bridge-Observation, false",
  })
  void tells(String patient, String query, boolean alone) {
    assertThat(own.tells(record(patient, "_id=(another)", 0), asking(query))).isEqualTo(alone);
  }

  @Test
  @DisplayName("FUZZ-1 what shows something, or refuses, is held against the other world")
  void tellsOfNothingAlone() {
    FuzzRequest asked = asking("_id=hidden-Restricted");
    assertThat(own.tells(record(LABELLED, "_id=(another)", 1), asked)).isFalse();
    assertThat(own.tells(record(LABELLED, "", 0).put("outcome", "refused"), asked)).isFalse();
  }
}
