package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.evm.ConsentTypedData;
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

  private HttpResponse<String> post(String patient, String path, String... parameters) {
    return gated.ask(
        gated.tokens().patient(patient),
        "POST",
        path,
        "{\"resourceType\":\"Parameters\",\"parameter\":[" + String.join(",", parameters) + "]}");
  }

  private Parameters answer(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return gated.server().fhir().newJsonParser().parseResource(Parameters.class, response.body());
  }

  private static String value(Parameters parameters, String name) {
    return parameters.getParameter(name).getValue().primitiveValue();
  }

  private String publicKey() {
    return TestPasskey.text("publicKey", passkey.publicKey());
  }

  private HttpResponse<String> enrol(String patient, TestPasskey.Page page) {
    String path = "Patient/" + patient + "/$enroll-key";
    Parameters toSign = answer(post(patient, path, publicKey()));
    assertThat(value(toSign, "relyingParty")).isEqualTo("localhost");
    String deadline =
        "{\"name\":\"deadline\",\"valueDecimal\":%s}".formatted(value(toSign, "deadline"));
    return post(
        patient, path, publicKey(), passkey.signed(value(toSign, "challenge"), page), deadline);
  }

  private void consent(String patient) {
    gated.patient(patient);
    gated.observation("o-" + patient, patient);
    gated.load("Practitioner/dr", "{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}");
    gated.load(
        "Consent/c-" + patient, GatedServer.consentJson("c-" + patient, patient, "dr", "TREAT"));
  }

  private Parameters prepared(String patient) {
    return answer(gated.get(gated.tokens().patient(patient), "Consent/c-" + patient + "/$prepare"));
  }

  private ConsentLedger ledger() {
    return gated.server().bean(ConsentLedger.class);
  }

  private String challengeToGrant(String patient) {
    return TestPasskey.base64(
        ConsentTypedData.of(ledger().domain(), Wallet.grant(value(prepared(patient), "typedData")))
            .digest()
            .bytes());
  }

  private String challengeToRevoke(String patient) {
    try {
      JsonNode message =
          new ObjectMapper().readTree(value(prepared(patient), "revocation")).path("message");
      ConsentRevocation revocation =
          new ConsentRevocation(
              ConsentId.parse(message.path("consentId").asText()),
              Address.parse(message.path("grantor").asText()),
              new BigInteger(message.path("deadline").asText()));
      return TestPasskey.base64(
          ConsentTypedData.of(ledger().domain(), revocation).digest().bytes());
    } catch (JsonProcessingException notJson) {
      throw new AssertionError("typed data is JSON", notJson);
    }
  }

  private HttpResponse<String> grant(String patient, String challenge, TestPasskey.Page page) {
    return post(
        patient, "Consent/c-" + patient + "/$grant", publicKey(), passkey.signed(challenge, page));
  }

  private int doctorReads(String patient) {
    return gated
        .get(gated.tokens().practitioner("dr", "TREAT"), "Observation/o-" + patient)
        .statusCode();
  }

  @Test
  @DisplayName("KEY-1 a fingerprint binds the key, grants, and revokes")
  void grantsAndRevokesByFingerprint() {
    consent("finger");
    Parameters bound = answer(enrol("finger", ours));
    assertThat(value(bound, "custody")).isEqualTo("holder");
    assertThat(doctorReads("finger")).isEqualTo(403);
    Parameters granted = answer(grant("finger", challengeToGrant("finger"), ours));
    assertThat(value(granted, "state")).isEqualTo("granted");
    assertThat(doctorReads("finger")).isEqualTo(200);
    Parameters revoked =
        answer(
            post(
                "finger",
                "Consent/c-finger/$revoke",
                publicKey(),
                passkey.signed(challengeToRevoke("finger"), ours)));
    assertThat(value(revoked, "state")).isEqualTo("revoked");
    assertThat(doctorReads("finger")).isEqualTo(403);
  }

  @Test
  @DisplayName("KEY-3 what another page, another site or an unverified user signed is refused")
  void refusesOtherPages() {
    consent("pages");
    answer(enrol("pages", ours));
    String challenge = challengeToGrant("pages");
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
    reasons.forEach((page, why) -> refused(grant("pages", challenge, page), why));
    refused(grant("pages", challengeToRevoke("pages"), ours), "want one over the typed data");
    refused(
        grant("pages", otherChain("pages"), ours),
        "for chain " + ledger().domain().chainId().value());
    assertThat(enrol("pages", elsewhere).statusCode()).isEqualTo(422);
    assertThat(doctorReads("pages")).isEqualTo(403);
    assertThat(value(answer(grant("pages", challenge, ours)), "state")).isEqualTo("granted");
  }

  private static void refused(HttpResponse<String> answer, String why) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains(why);
  }

  private String otherChain(String patient) {
    ConsentDomain here = ledger().domain();
    ConsentDomain elsewhere =
        new ConsentDomain(new ChainId(here.chainId().value() + 1), here.contract());
    return TestPasskey.base64(
        ConsentTypedData.of(elsewhere, Wallet.grant(value(prepared(patient), "typedData")))
            .digest()
            .bytes());
  }

  @Test
  @DisplayName("KEY-3 a signature that granted once grants nothing again after the withdrawal")
  void replayed() {
    consent("replay");
    answer(enrol("replay", ours));
    String signed = passkey.signed(challengeToGrant("replay"), ours);
    String path = "Consent/c-replay/$grant";
    assertThat(value(answer(post("replay", path, publicKey(), signed)), "state"))
        .isEqualTo("granted");
    answer(
        post(
            "replay",
            "Consent/c-replay/$revoke",
            publicKey(),
            passkey.signed(challengeToRevoke("replay"), ours)));
    HttpResponse<String> again = post("replay", path, publicKey(), signed);
    assertThat(again.statusCode()).as(again.body()).isBetween(400, 499);
    assertThat(again.body()).contains("revoked");
    assertThat(doctorReads("replay")).isEqualTo(403);
  }

  private Parameters keys(String patient) {
    return answer(gated.get(gated.tokens().patient(patient), "Patient/" + patient + "/$keys"));
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
    consent("shown");
    Instant before = Instant.now().minusSeconds(1);
    Parameters custody =
        answer(post("shown", "Patient/shown/$enroll-key", TestPasskey.text("custody", "server")));
    Parameters bound = answer(enrol("shown", ours.withFlags(0x0d).withCount(7)));

    List<ParametersParameterComponent> keys = keys("shown").getParameter();
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

    answer(grant("shown", challengeToGrant("shown"), ours.withFlags(0x1d).withCount(8)));
    assertThat(told(keys("shown").getParameter().get(0)))
        .containsEntry("signCount", "8")
        .containsEntry("backedUp", "true");
  }

  @Test
  @DisplayName("KEY-3 nobody sees another patient's keys, not even whether the patient exists")
  void keysAreThePatientsOwn() {
    consent("own");
    answer(enrol("own", ours));
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
    consent("copied");
    answer(enrol("copied", ours.withCount(5)));
    String challenge = challengeToGrant("copied");
    for (int count : new int[] {5, 4, 0}) {
      HttpResponse<String> refused = grant("copied", challenge, ours.withCount(count));
      assertThat(refused.statusCode()).as(count + ": " + refused.body()).isEqualTo(422);
      assertThat(refused.body()).contains("there may be a copy of it");
    }
    HttpResponse<String> bindsAgain = enrol("copied", ours.withCount(3));
    assertThat(bindsAgain.statusCode()).as(bindsAgain.body()).isEqualTo(422);
    assertThat(doctorReads("copied")).isEqualTo(403);

    answer(grant("copied", challenge, ours.withCount(6)));
    assertThat(doctorReads("copied")).isEqualTo(200);
    answer(
        post(
            "copied",
            "Consent/c-copied/$revoke",
            publicKey(),
            passkey.signed(challengeToRevoke("copied"), ours.withCount(2))));
    assertThat(doctorReads("copied")).isEqualTo(403);
    assertThat(told(keys("copied").getParameter().get(0))).containsEntry("signCount", "6");
  }

  @Test
  @DisplayName("KEY-3 what is no passkey is answered with what is wanted")
  void namesWhatIsWrong() {
    consent("shape");
    HttpResponse<String> noKey =
        post("shape", "Patient/shape/$enroll-key", TestPasskey.text("publicKey", "AAAA"));
    assertThat(noKey.statusCode()).as(noKey.body()).isEqualTo(400);
    assertThat(noKey.body()).contains("want a public key on P-256");
    HttpResponse<String> noBase64 =
        post("shape", "Patient/shape/$enroll-key", TestPasskey.text("publicKey", "a b+"));
    assertThat(noBase64.statusCode()).isEqualTo(400);
    HttpResponse<String> half = post("shape", "Consent/c-shape/$grant", publicKey());
    assertThat(half.statusCode()).as(half.body()).isEqualTo(400);
    assertThat(half.body()).contains("authenticatorData: want");
  }
}
