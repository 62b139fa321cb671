package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.hl7.fhir.r4.model.Parameters;
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
    for (TestPasskey.Page page :
        new TestPasskey.Page[] {
          elsewhere,
          ours.of("localhost", ours.origin() + "0"),
          ours.of("evil.example.org", ours.origin()),
          ours.inAFrame(),
          ours.withFlags(1)
        }) {
      HttpResponse<String> refused = grant("pages", challenge, page);
      assertThat(refused.statusCode()).as(page + ": " + refused.body()).isEqualTo(422);
    }
    assertThat(grant("pages", challengeToRevoke("pages"), ours).statusCode()).isEqualTo(422);
    assertThat(enrol("pages", elsewhere).statusCode()).isEqualTo(422);
    assertThat(doctorReads("pages")).isEqualTo(403);
    assertThat(value(answer(grant("pages", challenge, ours)), "state")).isEqualTo("granted");
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
