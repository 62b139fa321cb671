package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Of what two patients own, each one's record tells of that one's consents alone (FOL-5). */
final class CoOwnersTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private final JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  private final String doctor = server.tokens().practitioner("co-doc", "TREAT");

  private void read(int status) {
    assertThat(server.get(doctor, "Observation/ob-co").statusCode()).isEqualTo(status);
  }

  private void assertReasons(String one, String other) {
    read(403);
    assertThat(newest("co-one").path("reason").asText()).isEqualTo(one);
    assertThat(newest("co-other").path("reason").asText()).isEqualTo(other);
    assertReplayed();
  }

  private void assertConsents(String patient) {
    JsonNode record = newest(patient);
    assertThat(record.path("consents")).hasSize(1);
    assertThat(record.path("consents").get(0).asText()).isEqualTo("Consent/c-" + patient);
    assertThat(record.path("rule").asText()).isEqualTo("CONSENT");
  }

  private JsonNode newest(String patient) {
    List<JsonNode> all = journal.records(patient);
    return all.get(all.size() - 1);
  }

  private String event(String patient) {
    byte[] digest =
        jdbc.queryForObject(
            "select digest from disclosure where subject = ? order by disclosure_id desc limit 1",
            byte[].class,
            server.server().bean(SubjectTags.class).of(Optional.of(new PatientId(patient))).hex());
    return "AuditEvent/disclosure-" + HexFormat.of().formatHex(digest).substring(0, 32);
  }

  /** A replay is a record of both patients: the newest of each is taken before. */
  private void assertReplayed() {
    for (String event : List.of(event("co-one"), event("co-other"))) {
      String replayed =
          server.get(server.tokens().of(DemoRole.COMPLIANCE), "$replay?record=" + event).body();
      assertThat(replayed).contains("\"valueCode\":\"same\"");
    }
  }

  @Test
  @DisplayName(
      "FOL-5 neither reason nor consents of a record tell what the other patient consented")
  void eachTheirOwn() {
    server.patient("co-one");
    server.patient("co-other");
    server.load(
        "Observation/ob-co",
        GatedServer.observationOf(
            "ob-co",
            "\"subject\":{\"reference\":\"Patient/co-one\"},\"performer\":[{\"reference\":\"Patient/co-other\"}]"));
    assertReasons("NO_CONSENT", "NO_CONSENT");
    server.consent("c-co-one", "co-one", "co-doc", "TREAT");
    assertReasons("NO_CONSENT", "NO_CONSENT");
    server.consent("c-co-other", "co-other", "co-doc", "TREAT");
    read(200);
    assertConsents("co-one");
    assertConsents("co-other");
    assertReplayed();
    server.revoke("c-co-other", "co-other");
    assertReasons("NO_CONSENT", "REVOKED");
    server.load(
        "Consent/d-co-one",
        GatedServer.consentJson("d-co-one", "co-one", "co-doc", "TREAT")
            .replace("\"type\":\"permit\"", "\"type\":\"deny\""));
    assertReasons("DENIED", "REVOKED");
  }
}
