package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Decisions of the journal, decided again on the consents of then (EXP-4). */
final class ReplayHttpTest extends ReplayHttp {
  private static final String MISSING = "AuditEvent/disclosure-" + "0".repeat(32);

  @Test
  @DisplayName("EXP-4 a permit is the same after its consent was revoked, changed and deleted")
  void permitOutlivesItsConsent() {
    String reader = world("rp1");
    consent("rp1");
    String record = read("rp1", reader, 200);
    assertSame(record, "permit", "CONSENT");
    assertThat(values(replay(record), "again", "consent", "reference"))
        .containsExactly("Consent/c-rp1");
    server.revoke("c-rp1", "rp1");
    String refused = read("rp1", reader, 403);
    assertSame(record, "permit", "CONSENT");
    assertSame(refused, "refuse", "REVOKED");
    server.load(
        "Consent/c-rp1",
        GatedServer.consentJson("c-rp1", "rp1", "somebody-else", "TREAT")
            .replace("\"active\"", "\"inactive\""));
    server.observation("o-rp1", "rp1");
    assertSame(record, "permit", "CONSENT");
    assertSame(refused, "refuse", "REVOKED");
    assertThat(server.ask(server.tokens().loader(), "DELETE", "Consent/c-rp1", "").statusCode())
        .isEqualTo(200);
    assertSame(record, "permit", "CONSENT");
    assertSame(refused, "refuse", "REVOKED");
  }

  @Test
  @DisplayName("EXP-4 a deny that was deleted since, or given to somebody else, still denies")
  void deletedDenyStillDenies() {
    String reader = world("rp10");
    server.patient("rp10-other");
    consent("rp10");
    String deny =
        GatedServer.consentJson("d-rp10", "rp10", "doc-rp10", "TREAT")
            .replace("\"provision\":{\"type\":\"permit\"", "\"provision\":{\"type\":\"deny\"");
    server.load("Consent/d-rp10", deny);
    String record = read("rp10", reader, 403);
    assertSame(record, "refuse", "DENIED");
    server.load("Consent/d-rp10", deny.replace("Patient/rp10", "Patient/rp10-other"));
    assertSame(record, "refuse", "DENIED");
    assertThat(server.ask(server.tokens().loader(), "DELETE", "Consent/d-rp10", "").statusCode())
        .isEqualTo(200);
    assertSame(record, "refuse", "DENIED");
    assertSame(read("rp10", reader, 200), "permit", "CONSENT");
  }

  @Test
  @DisplayName("EXP-4 a Consent's version that was edited in the database is not believed")
  void editedConsentIsNotBelieved() {
    String reader = world("rp11");
    consent("rp11");
    String record = read("rp11", reader, 200);
    server.load("Consent/c-rp11", GatedServer.consentJson("c-rp11", "rp11", "another", "TREAT"));
    edit("c-rp11", "doc-rp11", "nosy-rp1");
    assertNotSame(record, "undecided", "CONSENT_NOT_CONFIRMED");
    edit("c-rp11", "nosy-rp1", "doc-rp11");
    assertSame(record, "permit", "CONSENT");
  }

  private void edit(String consent, String what, String with) {
    int rows =
        jdbc.update(
            "update HFJ_RES_VER set RES_TEXT_VC = replace(RES_TEXT_VC, ?, ?) where RES_VER = 1 and"
                + " RES_ID = (select RES_ID from HFJ_RESOURCE where FHIR_ID = ? and RES_TYPE ="
                + " 'Consent')",
            what,
            with,
            consent);
    assertThat(rows).isEqualTo(1);
  }

  @Test
  @DisplayName("EXP-4 who was in a CareTeam that was written since is not guessed")
  void changedCareTeamIsUndecided() {
    String reader = world("rp12");
    server.load("Practitioner/doc-rp12", "{\"resourceType\":\"Practitioner\",\"id\":\"doc-rp12\"}");
    String team =
        """
        {"resourceType":"CareTeam","id":"t-rp12","subject":{"reference":"Patient/rp12"},
         "participant":[{"member":{"reference":"Practitioner/doc-rp12"}}]}
        """;
    server.load("CareTeam/t-rp12", team);
    server.load(
        "Consent/c-rp12",
        GatedServer.consentJson("c-rp12", "rp12", "doc-rp12", "TREAT")
            .replace("Practitioner/doc-rp12", "CareTeam/t-rp12"));
    HttpResponse<String> granted =
        server.ask(
            server.tokens().patient("rp12"),
            "POST",
            "Consent/c-rp12/$grant",
            "{\"resourceType\":\"Parameters\"}");
    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
    await()
        .atMost(30, SECONDS)
        .until(() -> server.get(reader, "Observation/o-rp12").statusCode() == 200);
    String record = newest("rp12");
    assertSame(record, "permit", "CONSENT");
    server.load("CareTeam/t-rp12", team.replace("doc-rp12", "another"));
    assertNotSame(record, "undecided", "NAMED_CHANGED");
  }

  @Test
  @DisplayName("EXP-4 a Provenance that the log tells is decided again as its version")
  void provenanceOfTheLog() {
    String reader = world("rp2p");
    String path = "Provenance/log.Observation.o-rp2p.1";
    assertThat(server.get(reader, path).statusCode()).isEqualTo(403);
    consent("rp2p");
    await().until(() -> server.get(reader, path).statusCode() == 200);
    assertSame(newest("rp2p"), "permit", "CONSENT");
    assertThat(
            server.ask(server.tokens().loader(), "DELETE", "Observation/o-rp2p", "").statusCode())
        .isBetween(200, 299);
    String deletion = "Provenance/log.Observation.o-rp2p.2";
    await().until(() -> server.get(reader, deletion).statusCode() == 200);
    assertSame(newest("rp2p"), "permit", "CONSENT");
  }

  @Test
  @DisplayName("EXP-4 a refusal is the same after a consent was granted")
  void refusalOutlivesLaterConsent() {
    String reader = world("rp2");
    String record = read("rp2", reader, 403);
    consent("rp2");
    read("rp2", reader, 200);
    assertSame(record, "refuse", "NO_CONSENT");
  }

  @Test
  @DisplayName("EXP-4 a record whose outcome was edited is not the same")
  void editedRecordDiffers() {
    String reader = world("rp3");
    String record = read("rp3", reader, 403);
    byte[] content = content("rp3").getBytes(UTF_8);
    byte[] flipped = content("rp3").replace("\"refused\"", "\"shown\"").getBytes(UTF_8);
    Digest real = Digest.sha256(content);
    Digest forged = Digest.sha256(flipped);
    put(real, real, flipped);
    assertNotSame(record, "different", "RECORD_CHANGED");
    put(real, forged, flipped);
    assertNotSame(event(forged.bytes()), "different", "RECORD_NOT_IN_LOG");
    put(forged, real, content);
    assertSame(record, "refuse", "NO_CONSENT");
  }

  private void put(Digest old, Digest digest, byte[] content) {
    jdbc.update(
        "update disclosure set digest = ?, content = ? where digest = ?",
        digest.bytes(),
        content,
        old.bytes());
  }

  @Test
  @DisplayName("EXP-4 a record that says what consents did not say differs, log or no log")
  void falseRecordDiffers() {
    String reader = world("rp4");
    read("rp4", reader, 403);
    String shown =
        written(
            "rp4",
            facts -> {
              facts.put("outcome", "shown").put("rule", "CONSENT").remove("reason");
              facts.putArray("resources").add("Observation/o-rp4/_history/1");
              facts.put("count", 1);
            });
    assertNotSame(shown, "different", "OUTCOME_DIFFERS");
    read("rp4", reader, 403);
    assertNotSame(
        written("rp4", facts -> facts.put("reason", "DENIED")), "different", "WHY_DIFFERS");
  }

  @Test
  @DisplayName("EXP-4 where something of then is not known the answer says what, never the same")
  void gapsAreNamed() {
    String reader = world("rp5");
    consent("rp5");
    read("rp5", reader, 200);
    assertNotSame(written("rp5", facts -> facts.remove("epoch")), "undecided", "EPOCH_NOT_KEPT");
    read("rp5", reader, 200);
    assertNotSame(written("rp5", facts -> facts.put("count", 7)), "undecided", "MORE_THAN_LISTED");
    read("rp5", reader, 200);
    assertNotSame(
        written("rp5", facts -> facts.putArray("resources").add("Observation/o-rp5/_history/99")),
        "undecided",
        "RESOURCE_NOT_KEPT");
    read("rp5", reader, 200);
    assertNotSame(
        written("rp5", facts -> facts.put("rule", "UNOWNED_SCOPE")),
        "undecided",
        "SCOPES_NOT_KEPT");
    server.get(officer, "Patient/rp5/$disclosures");
    assertNotSame(newest("rp5"), "undecided", "NOT_A_CONSENT_DECISION");
  }

  @Test
  @DisplayName("EXP-4 broken glass, a patient's own access and a search are replayed like a read")
  void otherRulesAreReplayed() {
    world("rp6");
    String medic = server.tokens().practitioner("medic-rp6", "BTG");
    HttpResponse<String> answer =
        server.ask(
            medic, "GET", "Observation/o-rp6", "", AccessSubject.BREAK_GLASS_HEADER, "unconscious");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertSame(newest("rp6"), "permit", "BREAK_GLASS");
    assertSame(read("rp6", server.tokens().patient("rp6"), 200), "permit", "PATIENT_SELF");
    consent("rp6");
    String reader = server.tokens().practitioner("doc-rp6", "TREAT");
    server.observation("o2-rp6", "rp6");
    server.get(reader, "Observation?patient=rp6");
    String search = newest("rp6");
    assertThat(values(replay(search), "again", "decision")).hasSize(2);
    assertSame(search, "permit", "CONSENT");
  }

  @Test
  @DisplayName("EXP-4 the record of an erased patient is not there any more, as the answer says")
  void erasedPatientIsUndecided() {
    String reader = world("rp7");
    String record = read("rp7", reader, 403);
    HttpResponse<String> erased =
        server.ask(
            server.tokens().of(DemoRole.OPERATOR),
            "POST",
            "Patient/rp7/$erase",
            ErasureWorld.PARAMETERS);
    assertThat(erased.statusCode()).as(erased.body()).isEqualTo(200);
    assertNotSame(record, "undecided", "RECORD_REMOVED");
    assertThat(ask(officer, record).body()).doesNotContain("rp7");
  }

  @Test
  @DisplayName("EXP-4 compliance alone replays; an unknown record is like a missing one")
  void forComplianceAlone() {
    String reader = world("rp8");
    String record = read("rp8", reader, 403);
    for (String token :
        List.of(
            reader,
            server.tokens().patient("rp8"),
            server.tokens().of(DemoRole.OPERATOR),
            server.tokens().loader())) {
      HttpResponse<String> refused = ask(token, record);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(ask(token, MISSING).body()).isEqualTo(refused.body());
    }
    assertThat(ask("", record).statusCode()).isEqualTo(401);
    HttpResponse<String> missing = ask(officer, MISSING);
    assertThat(missing.statusCode()).isEqualTo(403);
    assertThat(ask(officer, "AuditEvent/1").body()).isEqualTo(missing.body());
    assertThat(ask(officer, "Observation/o-rp8").body()).isEqualTo(missing.body());
    assertThat(server.get(officer, "$replay").statusCode()).isEqualTo(400);
  }

  @Test
  @DisplayName("EXP-4 a replay is a record of the patient, and shows nothing of the resource")
  void replayIsRecorded() {
    String reader = world("rp9");
    String record = read("rp9", reader, 403);
    List<JsonNode> added = journal.added("rp9", () -> replay(record));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("interaction").asText()).startsWith("$replay");
    assertThat(ask(officer, record).body()).doesNotContain("secret-").doesNotContain("o-rp9");
  }
}
