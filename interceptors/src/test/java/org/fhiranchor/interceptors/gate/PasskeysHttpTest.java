package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fhiranchor.interceptors.gate.PatientClient.value;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentLedger;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** KEY-1 to KEY-3 over HTTP, against a real ledger. */
final class PasskeysHttpTest {
  private final GatedServer gated = GatedServer.shared();
  private final TestPasskey passkey = new TestPasskey();
  private final TestPasskey.Page ours =
      TestPasskey.Page.of("http://localhost:" + gated.server().url("").getPort());

  private String publicKey() {
    return TestPasskey.text("publicKey", passkey.publicKey());
  }

  private PatientClient loaded(String patient) {
    return PatientClient.loaded(gated, patient);
  }

  private ConsentDomain registry() {
    return gated.server().bean(ConsentLedger.class).domain();
  }

  private HttpResponse<String> enrol(PatientClient patient, TestPasskey.Page page) {
    return patient.enrol(passkey, page);
  }

  private HttpResponse<String> grant(
      PatientClient patient, String challenge, TestPasskey.Page page) {
    return patient.grant(publicKey(), passkey.signed(challenge, page));
  }

  private HttpResponse<String> revoke(PatientClient patient, TestPasskey.Page page) {
    return patient.revoke(publicKey(), passkey.signed(patient.challengeToRevoke(registry()), page));
  }

  @Test
  @DisplayName("KEY-1 a fingerprint binds the key, grants, and revokes")
  void grantsAndRevokesByFingerprint() {
    PatientClient finger = loaded("finger");
    Parameters bound = finger.answer(enrol(finger, ours));
    assertThat(value(bound, "custody")).isEqualTo("holder");
    assertThat(finger.doctorReads()).isEqualTo(403);
    Parameters granted = finger.answer(grant(finger, finger.challengeToGrant(registry()), ours));
    assertThat(value(granted, "state")).isEqualTo("granted");
    assertThat(finger.doctorReads()).isEqualTo(200);
    assertThat(value(finger.answer(revoke(finger, ours)), "state")).isEqualTo("revoked");
    assertThat(finger.doctorReads()).isEqualTo(403);
  }

  @Test
  @DisplayName("KEY-3 what another page, another site or an unverified user signed is refused")
  void refusesOtherPages() {
    PatientClient pages = loaded("pages");
    pages.answer(enrol(pages, ours));
    String challenge = pages.challengeToGrant(registry());
    TestPasskey.Page elsewhere = ours.of("localhost", "https://evil.example.org");
    Map<TestPasskey.Page, String> reasons =
        Map.of(
            elsewhere,
            "asked for, outside of any other site's frame",
            ours.of("localhost", ours.origin() + "0"),
            "passkey: want a signature that a page of",
            ours.inAFrame(),
            "asked for, outside of any other site's frame",
            ours.of("evil.example.org", ours.origin()),
            "want one over the typed data",
            ours.withFlags(1),
            "want a signature for which the device made sure who its user is");
    reasons.forEach((page, why) -> refused(grant(pages, challenge, page), why));
    refused(
        grant(pages, pages.challengeToRevoke(registry()), ours), "want one over the typed data");
    refused(
        grant(pages, pages.challengeToGrant(otherChain()), ours),
        "for chain " + registry().chainId().value());
    assertThat(enrol(pages, elsewhere).statusCode()).isEqualTo(422);
    assertThat(pages.doctorReads()).isEqualTo(403);
    assertThat(value(pages.answer(grant(pages, challenge, ours)), "state")).isEqualTo("granted");
  }

  private static void refused(HttpResponse<String> answer, String why) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains(why);
  }

  private ConsentDomain otherChain() {
    return new ConsentDomain(new ChainId(registry().chainId().value() + 1), registry().contract());
  }

  @Test
  @DisplayName("KEY-3 a signature that granted once grants nothing again after the withdrawal")
  void replayed() {
    PatientClient replay = loaded("replay");
    replay.answer(enrol(replay, ours));
    String signed = passkey.signed(replay.challengeToGrant(registry()), ours);
    assertThat(value(replay.answer(replay.grant(publicKey(), signed)), "state"))
        .isEqualTo("granted");
    replay.answer(revoke(replay, ours));
    HttpResponse<String> again = replay.grant(publicKey(), signed);
    assertThat(again.statusCode()).as(again.body()).isBetween(400, 499);
    assertThat(again.body()).contains("revoked");
    assertThat(replay.doctorReads()).isEqualTo(403);
  }

  private List<ParametersParameterComponent> keys(PatientClient patient) {
    String path = "Patient/" + patient.patient() + "/$keys";
    return patient
        .answer(gated.get(gated.tokens().patient(patient.patient()), path))
        .getParameter();
  }

  private static Map<String, String> told(ParametersParameterComponent key) {
    return key.getPart().stream()
        .collect(
            Collectors.toMap(
                ParametersParameterComponent::getName, part -> part.getValue().primitiveValue()));
  }

  @Test
  @DisplayName("KEY-3 a patient sees their keys: the kind, since when, count and backup flags")
  void showsKeys() {
    PatientClient shown = loaded("shown");
    Instant before = Instant.now().minusSeconds(1);
    Parameters custody =
        shown.answer(
            shown.post("Patient/shown/$enroll-key", TestPasskey.text("custody", "server")));
    Parameters bound = shown.answer(enrol(shown, ours.withFlags(0x0d).withCount(7)));

    List<ParametersParameterComponent> keys = keys(shown);
    assertThat(keys).hasSize(2).allMatch(key -> key.getName().equals("key"));
    Map<String, String> passkeyTold = told(keys.get(0));
    assertThat(passkeyTold)
        .containsEntry("address", value(bound, "address"))
        .containsEntry("kind", "passkey")
        .containsEntry("current", "true")
        .containsEntry("signCount", "7")
        .containsEntry("backupEligible", "true")
        .containsEntry("backedUp", "false");
    assertThat(OffsetDateTime.parse(passkeyTold.getOrDefault("since", "")).toInstant())
        .isBetween(before, Instant.now().plusSeconds(1));
    assertThat(told(keys.get(1)))
        .containsEntry("address", value(custody, "address"))
        .containsEntry("kind", "custody")
        .containsEntry("current", "false")
        .doesNotContainKeys("signCount", "backedUp");

    shown.answer(
        grant(shown, shown.challengeToGrant(registry()), ours.withFlags(0x1d).withCount(8)));
    assertThat(told(keys(shown).get(0)))
        .containsEntry("signCount", "8")
        .containsEntry("backedUp", "true");
  }

  @Test
  @DisplayName("KEY-3 nobody sees another patient's keys, not even whether the patient exists")
  void keysAreThePatientsOwn() {
    PatientClient own = loaded("own");
    own.answer(enrol(own, ours));
    String registrar = gated.tokens().of(DemoRole.REGISTRAR);
    assertThat(gated.get(registrar, "Patient/own/$keys").statusCode()).isEqualTo(200);
    for (String token :
        List.of(
            gated.tokens().patient("other"),
            gated.tokens().practitioner("dr", "TREAT"),
            gated.tokens().of(DemoRole.OPERATOR))) {
      HttpResponse<String> refused = gated.get(token, "Patient/own/$keys");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).isEqualTo(gated.get(token, "Patient/nobody/$keys").body());
    }
  }

  @Test
  @DisplayName(
      "KEY-3 a count that does not go on grants and binds nothing, and does not keep from"
          + " withdrawing")
  void copied() {
    PatientClient copied = loaded("copied");
    copied.answer(enrol(copied, ours.withCount(5)));
    String challenge = copied.challengeToGrant(registry());
    for (int count : new int[] {5, 4, 0}) {
      HttpResponse<String> refused = grant(copied, challenge, ours.withCount(count));
      assertThat(refused.statusCode()).as(count + ": " + refused.body()).isEqualTo(422);
      assertThat(refused.body()).contains("there may be a copy of it");
    }
    HttpResponse<String> bindsAgain = enrol(copied, ours.withCount(3));
    assertThat(bindsAgain.statusCode()).as(bindsAgain.body()).isEqualTo(422);
    assertThat(copied.doctorReads()).isEqualTo(403);

    copied.answer(grant(copied, challenge, ours.withCount(6)));
    assertThat(copied.doctorReads()).isEqualTo(200);
    copied.answer(revoke(copied, ours.withCount(2)));
    assertThat(copied.doctorReads()).isEqualTo(403);
    assertThat(told(keys(copied).get(0))).containsEntry("signCount", "6");
  }

  @Test
  @DisplayName("KEY-3 what is no passkey is answered with what is wanted")
  void namesWhatIsWrong() {
    PatientClient shape = loaded("shape");
    HttpResponse<String> noKey =
        shape.post("Patient/shape/$enroll-key", TestPasskey.text("publicKey", "AAAA"));
    assertThat(noKey.statusCode()).as(noKey.body()).isEqualTo(400);
    assertThat(noKey.body()).contains("want a public key on P-256");
    HttpResponse<String> noBase64 =
        shape.post("Patient/shape/$enroll-key", TestPasskey.text("publicKey", "a b+"));
    assertThat(noBase64.statusCode()).isEqualTo(400);
    HttpResponse<String> half = shape.grant(publicKey());
    assertThat(half.statusCode()).as(half.body()).isEqualTo(400);
    assertThat(half.body()).contains("authenticatorData: want");
  }
}
