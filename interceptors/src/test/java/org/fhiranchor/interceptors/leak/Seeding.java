package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.fhiranchor.interceptors.leak.Probe.Request;
import org.fhiranchor.interceptors.leak.Records.SignedConsent;

/** Writes the records of a world through its API, and puts its consents on the ledger. */
record Seeding(World world, Records records, Reservations checks) {
  /** Turns a server's reference checks off and on again. */
  interface Reservations {
    void referenceChecks(boolean on);
  }

  /** What is in both worlds. */
  void everywhere() {
    records.everywhere().forEach(this::write);
  }

  /** What is in one world only; to be written before {@link #pointing}. */
  void hidden() {
    records.hidden().forEach(this::write);
  }

  /** Records of the visible patient that refer to hidden ones. */
  void pointing() {
    checks.referenceChecks(false);
    records.pointing().forEach(this::write);
    checks.referenceChecks(true);
  }

  /** Keys, grants and revocations by the patients themselves. */
  void consents(boolean withHidden) {
    List<SignedConsent> all =
        records.consents().stream().filter(each -> withHidden || !each.hidden()).toList();
    all.stream().map(SignedConsent::patient).distinct().forEach(this::enrol);
    all.forEach(this::sign);
  }

  void write(JsonNode record) {
    if (record.has("delete")) {
      accepted("DELETE", record.get("delete").asText(), "", world.badges().loader());
    } else {
      String path = record.get("resourceType").asText() + "/" + record.get("id").asText();
      accepted("PUT", path, record.toString(), world.badges().loader());
    }
  }

  private void enrol(String patient) {
    String custody =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueCode\":\"server\"}]}";
    accepted(
        "POST", "Patient/" + patient + "/$enroll-key", custody, world.badges().patient(patient));
  }

  private void sign(SignedConsent consent) {
    String badge = world.badges().patient(consent.patient());
    String nothing = "{\"resourceType\":\"Parameters\"}";
    accepted("POST", "Consent/" + consent.id() + "/$grant", nothing, badge);
    awaitState(consent, "granted", badge);
    if (consent.revoked()) {
      accepted("POST", "Consent/" + consent.id() + "/$revoke", nothing, badge);
      awaitState(consent, "revoked", badge);
    }
  }

  private void awaitState(SignedConsent consent, String state, String badge) {
    Request status =
        new Request("GET", "Consent/" + consent.id() + "/$ledger-status", Map.of(), "");
    Awaitility.await()
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> world.send(status, badge).body().contains("\"" + state + "\""));
  }

  private void accepted(String method, String path, String body, String badge) {
    Answer answer = world.send(new Request(method, path, Map.of(), body), badge);
    assertThat(answer.status()).as(method + " " + path + ": " + answer.body()).isBetween(200, 299);
  }
}
