package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** All of a patient's records, decided again (EXP-4). */
final class ReplayOfPatientTest extends ReplayHttp {
  private HttpResponse<String> askAll(String token, String patient, String query) {
    return server.get(token, "Patient/" + patient + "/$replay" + query);
  }

  private Parameters all(String patient, String query) {
    HttpResponse<String> answer = askAll(officer, patient, query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return server.server().fhir().newJsonParser().parseResource(Parameters.class, answer.body());
  }

  @Test
  @DisplayName("EXP-4 each record of a patient is the same, different or undecided, and says why")
  void eachRecord() {
    String reader = world("ra1");
    String refused = read("ra1", reader, 403);
    consent("ra1");
    String shown = read("ra1", reader, 200);
    String forged = written("ra1", facts -> facts.put("rule", "OPT_OUT"));
    String old = written("ra1", facts -> facts.remove("epoch"));
    Parameters answer = all("ra1", "?start=2000");
    assertThat(values(answer, "patient")).containsExactly("Patient/ra1");
    List<String> events = values(answer, "record", "event");
    List<String> results = values(answer, "record", "result");
    assertThat(events).contains(refused, shown, forged, old).doesNotHaveDuplicates();
    assertThat(results.get(events.indexOf(refused))).isEqualTo("same");
    assertThat(results.get(events.indexOf(shown))).isEqualTo("same");
    assertThat(results.get(events.indexOf(forged))).isEqualTo("different");
    assertThat(results.get(events.indexOf(old))).isEqualTo("undecided");
    assertThat(values(answer, "record", "reason")).contains("WHY_DIFFERS", "EPOCH_NOT_KEPT");
    for (String result : List.of("same", "different", "undecided")) {
      String count = Long.toString(results.stream().filter(result::equals).count());
      assertThat(values(answer, result)).containsExactly(count);
    }
    for (int i = 0; i < events.size(); i++) {
      assertThat(values(replay(events.get(i)), "result")).containsExactly(results.get(i));
    }
    assertThat(values(all("ra1", "?end=2000"), "total")).containsExactly("0");
  }

  @Test
  @DisplayName("EXP-4 pages hold each record once, bounded, the newest first")
  void pages() {
    String reader = world("ra2");
    for (int i = 0; i < 5; i++) {
      read("ra2", reader, 403);
    }
    List<String> newest = values(all("ra2", "?_count=1000"), "record", "event");
    assertThat(newest).hasSizeGreaterThanOrEqualTo(5);
    String until = values(all("ra2", ""), "record", "recorded").get(1);
    List<String> paged = new ArrayList<>();
    String next = "";
    do {
      Parameters page = all("ra2", "?_count=2&end=" + until + next);
      assertThat(values(page, "record", "event")).hasSizeLessThanOrEqualTo(2);
      paged.addAll(values(page, "record", "event"));
      next = values(page, "next").stream().map(one -> "&_after=" + one).findFirst().orElse("");
    } while (!next.isEmpty());
    assertThat(paged).doesNotHaveDuplicates().containsAll(newest);
    HttpResponse<String> posted =
        server.ask(
            officer,
            "POST",
            "Patient/ra2/$replay",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"_count\",\"valueInteger\":1}]}");
    assertThat(posted.body()).containsOnlyOnce("AuditEvent/disclosure-");
    for (String wrong :
        List.of(
            "_count=1001",
            "_count=0",
            "_count=x",
            "start=March",
            "_after=1",
            "_zone=x",
            "begin=2000")) {
      assertThat(askAll(officer, "ra2", "?" + wrong).statusCode()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("EXP-4 compliance alone replays a patient; it is a record, and shows no resource")
  void forComplianceAlone() {
    String reader = world("ra3");
    read("ra3", reader, 403);
    for (String token :
        List.of(
            reader,
            server.tokens().patient("ra3"),
            server.tokens().of(DemoRole.OPERATOR),
            server.tokens().loader())) {
      HttpResponse<String> refused = askAll(token, "ra3", "");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(askAll(token, "ra3-never", "").body()).isEqualTo(refused.body());
    }
    assertThat(askAll("", "ra3", "").statusCode()).isEqualTo(401);
    List<JsonNode> added = journal.added("ra3", () -> all("ra3", ""));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("interaction").asText()).isEqualTo("$replay Patient");
    assertThat(askAll(officer, "ra3", "").body())
        .doesNotContain("secret-")
        .doesNotContain("o-ra3")
        .doesNotContain("doc-ra3");
    assertThat(values(all("ra3-none", ""), "total")).containsExactly("0");
  }
}
