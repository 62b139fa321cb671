package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.hl7.fhir.r4.model.Parameters;

/** A patient with one record, and one Consent for the practitioner {@code dr} to sign. */
record PatientClient(GatedServer gated, String patient) {
  /** The server holds all of it afterwards, and nothing is signed. */
  static PatientClient loaded(GatedServer gated, String patient) {
    gated.patient(patient);
    gated.observation("o-" + patient, patient);
    gated.load("Practitioner/dr", "{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}");
    gated.load(
        "Consent/c-" + patient, GatedServer.consentJson("c-" + patient, patient, "dr", "TREAT"));
    return new PatientClient(gated, patient);
  }

  HttpResponse<String> post(String path, String... parameters) {
    return gated.ask(
        gated.tokens().patient(patient),
        "POST",
        path,
        "{\"resourceType\":\"Parameters\",\"parameter\":[" + String.join(",", parameters) + "]}");
  }

  Parameters answer(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return gated.server().fhir().newJsonParser().parseResource(Parameters.class, response.body());
  }

  static String value(Parameters parameters, String name) {
    return parameters.getParameter(name).getValue().primitiveValue();
  }

  /** With what the passkey signs on this page: the operation's second answer. */
  HttpResponse<String> enrol(TestPasskey passkey, TestPasskey.Page page) {
    String path = "Patient/" + patient + "/$enroll-key";
    String key = TestPasskey.text("publicKey", passkey.publicKey());
    Parameters toSign = answer(post(path, key));
    assertThat(value(toSign, "relyingParty")).isEqualTo("localhost");
    String deadline =
        "{\"name\":\"deadline\",\"valueDecimal\":%s}".formatted(value(toSign, "deadline"));
    return post(path, key, passkey.signed(value(toSign, "challenge"), page), deadline);
  }

  Parameters prepared() {
    return answer(gated.get(gated.tokens().patient(patient), "Consent/c-" + patient + "/$prepare"));
  }

  HttpResponse<String> grant(String... signature) {
    return post("Consent/c-" + patient + "/$grant", signature);
  }

  HttpResponse<String> revoke(String... signature) {
    return post("Consent/c-" + patient + "/$revoke", signature);
  }

  /** Of the typed data that {@code $prepare} answers with, for one registry. */
  String challengeToGrant(ConsentDomain registry) {
    return challenge(ConsentTypedData.of(registry, Wallet.grant(value(prepared(), "typedData"))));
  }

  String challengeToRevoke(ConsentDomain registry) {
    return challenge(ConsentTypedData.of(registry, revocation(prepared())));
  }

  static String challenge(ConsentTypedData data) {
    return TestPasskey.base64(data.digest().bytes());
  }

  static ConsentRevocation revocation(Parameters prepared) {
    try {
      JsonNode message = new ObjectMapper().readTree(value(prepared, "revocation")).path("message");
      return new ConsentRevocation(
          ConsentId.parse(message.path("consentId").asText()),
          Address.parse(message.path("grantor").asText()),
          new BigInteger(message.path("deadline").asText()));
    } catch (JsonProcessingException notJson) {
      throw new AssertionError("typed data is JSON", notJson);
    }
  }

  int doctorReads() {
    return gated
        .get(gated.tokens().practitioner("dr", "TREAT"), "Observation/o-" + patient)
        .statusCode();
  }
}
