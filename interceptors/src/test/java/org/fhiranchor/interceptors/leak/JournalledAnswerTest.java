package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the fuzzer wants of the journal, shown by journals that are wrong. */
final class JournalledAnswerTest {
  private static final String OBSERVATION =
      "{\"resourceType\":\"Observation\",\"id\":\"o\",\"subject\":{\"reference\":\"Patient/visible-Patient\"}}";

  private static JournalledAnswer answer(int status, String body) {
    return answer("GET", status, body);
  }

  private static JournalledAnswer answer(String method, int status, String body) {
    return JournalledAnswer.of(
        new FuzzRequest(FuzzPersona.READER, method, "Observation/o", List.of(), ""),
        new Answer(status, Map.of("x-request-id", List.of("r")), body));
  }

  private static JsonNode record(String outcome, String patient) {
    return BodyGrammar.read(
        "{'outcome':'%s','patient':'Patient/%s','requester':{'subject':'%s'}}"
            .formatted(outcome, patient, FuzzPersona.READER.subject()));
  }

  @Test
  @DisplayName("DIS-1 an answer that shows a visible patient's resource wants a record of it")
  void wantsARecordOfWhatWasShown() {
    JournalledAnswer answer = answer(200, OBSERVATION);
    assertThat(answer.misfit(List.of(record("shown", "visible-Patient")))).isEmpty();
    assertThat(answer.misfit(List.of())).isPresent();
    assertThat(answer.misfit(List.of(record("shown", "labelled-Patient")))).isPresent();
    assertThat(answer.misfit(List.of(record("refused", "visible-Patient")))).isPresent();
  }

  @Test
  @DisplayName("DIS-1 each resource of a page is looked at")
  void looksAtEachResourceOfAPage() {
    JournalledAnswer answer =
        answer(200, "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" + OBSERVATION + "}]}");
    assertThat(answer.misfit(List.of(record("shown", "visible-Patient")))).isEmpty();
    assertThat(answer.misfit(List.of())).isPresent();
  }

  @Test
  @DisplayName("DIS-1 a refusal wants a record that says so, and none that says more")
  void wantsARecordOfARefusal() {
    JournalledAnswer answer = answer(403, "");
    assertThat(answer.misfit(List.of(record("refused", "never-known")))).isEmpty();
    assertThat(answer.misfit(List.of())).isPresent();
    assertThat(answer.misfit(List.of(record("shown", "visible-Patient")))).isPresent();
    assertThat(answer(400, "").misfit(List.of(record("shown", "visible-Patient")))).isPresent();
  }

  @Test
  @DisplayName("DIS-4 a write that fails may tell of what it was tried on")
  void takesARecordOfAFailedWrite() {
    for (int status : new int[] {400, 403, 409, 412}) {
      JournalledAnswer answer = answer("PATCH", status, "");
      assertThat(answer.misfit(List.of(record("shown", "visible-Patient")))).isEmpty();
    }
    assertThat(answer("PATCH", 403, "").misfit(List.of())).isPresent();
  }

  @Test
  @DisplayName("DIS-5 a request without a valid token makes no record")
  void wantsNoRecordWithoutAToken() {
    JournalledAnswer answer = answer(401, "");
    assertThat(answer.misfit(List.of())).isEmpty();
    assertThat(answer.misfit(List.of(record("refused", "visible-Patient")))).isPresent();
  }

  @Test
  @DisplayName("DIS-1 a record names who asked")
  void wantsTheRequester() {
    JsonNode anothers =
        BodyGrammar.read(
            "{'outcome':'refused','patient':'Patient/p','requester':{'subject':'somebody'}}");
    assertThat(answer(403, "").misfit(List.of(anothers))).isPresent();
  }

  @Test
  @DisplayName("FUZZ-1 an answer whose JSON breaks off is a finding")
  void findsAnAnswerThatBreaksOff() {
    assertThat(answer(200, "{\"resourceType\":\"Bundle\"").misfit(List.of())).isPresent();
    assertThat(answer(200, "{\"resourceType\":\"Bundle\"}").misfit(List.of())).isEmpty();
  }
}
