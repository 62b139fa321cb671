package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.fhiranchor.consent.decide.Action;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Writes that were refused, decided again (EXP-4). */
final class ReplayedWritesTest extends ReplayHttp {
  private String write(String name, String token, String subject) {
    String body =
        """
        {"resourceType":"Observation","id":"o-%s","status":"final","code":{"text":"pulse"},
         "subject":{"reference":"Patient/%s"}}
        """
            .formatted(name, subject);
    assertThat(server.ask(token, "PUT", "Observation/o-" + name, body).statusCode()).isEqualTo(403);
    return newest(name);
  }

  @Test
  @DisplayName("EXP-4 a change that consents let read and not correct is the same refusal again")
  void refusedForItsActionAlone() {
    String reader = world("rp13");
    server.consent(
        "c-rp13",
        "rp13",
        "doc-rp13",
        "TREAT",
        "\"action\":[{\"coding\":[{\"code\":\"access\",\"system\":\"" + Action.SYSTEM + "\"}]}],");
    read("rp13", reader, 200);
    String record = write("rp13", reader, "rp13");
    List<JsonNode> records = journal.records("rp13");
    assertThat(records.subList(records.size() - 2, records.size()))
        .as("what the change was tried on, and that it was refused")
        .extracting(
            one ->
                "%s: %s %s"
                    .formatted(
                        one.path("interaction").asText(),
                        one.path("outcome").asText(),
                        one.path("action").asText())
                    .strip())
        .containsExactly("update Observation: shown", "update Observation: refused correct");
    String tried = events("rp13").get(1);
    assertSame(record, "refuse", "SCOPE");
    assertSame(tried, "permit", "CONSENT");
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"resource":{"resourceType":"Observation","id":"o-rp13","status":"final",
             "code":{"text":"pulse"},"subject":{"reference":"Patient/rp13"}},
           "request":{"method":"PUT","url":"Observation/o-rp13"}}]}
        """;
    server.ask(reader, "POST", "", batch);
    assertThat(newest("rp13")).isNotEqualTo(record);
    assertSame(newest("rp13"), "refuse", "SCOPE");
    server.ask(reader, "POST", "", batch.replace("batch", "transaction"));
    assertSame(newest("rp13"), "refuse", "SCOPE");
    // the replays were records themselves
    write("rp13", reader, "rp13");
    String forged = written("rp13", facts -> facts.put("reason", "DENIED"));
    assertNotSame(forged, "different", "WHY_DIFFERS");
    server.revoke("c-rp13", "rp13");
    assertSame(record, "refuse", "SCOPE");
  }

  @Test
  @DisplayName("DIS-1 a deletion beside a refused change has a refusal of its own")
  void refusedBesideAnother() {
    String reader = world("rp15");
    server.consent(
        "c-rp15",
        "rp15",
        "doc-rp15",
        "TREAT",
        "\"action\":[{\"coding\":[{\"code\":\"access\",\"system\":\"" + Action.SYSTEM + "\"}]}],");
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"resource":{"resourceType":"Observation","id":"o-rp15","status":"final",
             "code":{"text":"pulse"},"subject":{"reference":"Patient/rp15"}},
           "request":{"method":"PUT","url":"Observation/o-rp15"}},
          {"request":{"method":"DELETE","url":"Observation/o-rp15"}}]}
        """;
    assertThat(
            journal.added("rp15", () -> server.ask(reader, "POST", "", batch)).stream()
                .filter(one -> one.path("outcome").asText().equals("refused")))
        .extracting(
            one -> one.path("interaction").asText() + " " + one.path("action").asText("access"))
        .containsExactlyInAnyOrder(
            "entry PUT Observation correct", "entry DELETE Observation access");
  }

  @Test
  @DisplayName("EXP-4 a write that was refused for what it brings is not replayed as a read")
  void refusedForItsBody() {
    String reader = world("rp14");
    world("rp14-hidden");
    consent("rp14");
    read("rp14", reader, 200);
    assertNotSame(write("rp14", reader, "rp14-hidden"), "undecided", "BODY_NOT_KEPT");
    String other =
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"pulse\"},"
            + "\"subject\":{\"reference\":\"Patient/rp14-hidden\"}}";
    assertThat(server.ask(reader, "POST", "Observation", other).statusCode()).isEqualTo(403);
    assertNotSame(newest("rp14-hidden"), "undecided", "BODY_NOT_KEPT");
    assertThat(server.ask(reader, "DELETE", "Observation/o-rp14", "").statusCode()).isEqualTo(403);
    assertNotSame(newest("rp14"), "undecided", "NOT_A_CONSENT_DECISION");
  }
}
