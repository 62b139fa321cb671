package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.consent.following.LedgerFault;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.load.TrialLedger;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * CG-5 for those who hold their keys: whoever granted withdraws, whatever the ledger's node does.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class WithdrawingFromASilentLedgerTest {
  private TrialLedger ledger;
  private GatedServer gated;

  @BeforeAll
  void boot(@TempDir Path folder) throws Exception {
    ledger = TrialLedger.start(folder.resolve("ledger"));
    Path data = folder.resolve("data");
    List<String> settings = new ArrayList<>(List.of(ledger.settings(data, ledger.proxy())));
    settings.add("--anchor.passkey.relying-party=localhost");
    settings.add("--anchor.passkey.origins=http://localhost");
    gated = new GatedServer(data, settings.toArray(String[]::new));
  }

  @AfterEach
  void works() {
    ledger.proxy().works();
  }

  @AfterAll
  void stop() {
    gated.close();
    ledger.close();
  }

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

  private static String deadline(Parameters toSign) {
    return "{\"name\":\"deadline\",\"valueDecimal\":%s}".formatted(value(toSign, "deadline"));
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

  private HttpResponse<String> grant(String patient, String... signature) {
    return post(patient, "Consent/c-" + patient + "/$grant", signature);
  }

  private HttpResponse<String> revoke(String patient, String... signature) {
    return post(patient, "Consent/c-" + patient + "/$revoke", signature);
  }

  private int doctorReads(String patient) {
    return gated
        .get(gated.tokens().practitioner("dr", "TREAT"), "Observation/o-" + patient)
        .statusCode();
  }

  private void awaitDoctorReads(String patient) {
    await().atMost(60, SECONDS).until(() -> doctorReads(patient) == 200);
  }

  private static ConsentRevocation revocation(Parameters prepared) {
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

  private String challenge(ConsentTypedData data) {
    return TestPasskey.base64(data.digest().bytes());
  }

  private Wallet grantedByWallet(String patient) {
    consent(patient);
    Wallet wallet = new Wallet();
    answer(gated.bind(wallet, patient, ""));
    String signed = wallet.sign(value(prepared(patient), "typedData"));
    answer(grant(patient, TestPasskey.text("signature", signed)));
    awaitDoctorReads(patient);
    return wallet;
  }

  private void isPendingHereAndThenOnTheLedger(
      String patient, ConsentRevocation revocation, HttpResponse<String> revoked) {
    assertThat(value(answer(revoked), "state")).isEqualTo("pending");
    assertThat(doctorReads(patient)).isEqualTo(403);
    assertThat(ledger.consents().stateOf(revocation.key()).status())
        .isEqualTo(LedgerConsent.Status.GRANTED);
    ledger.proxy().works();
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                ledger.consents().stateOf(revocation.key()).status()
                    == LedgerConsent.Status.REVOKED);
    assertThat(doctorReads(patient)).isEqualTo(403);
  }

  private void withdraws(String patient, LedgerFault fault) {
    Wallet wallet = grantedByWallet(patient);
    Parameters prepared = prepared(patient);
    String signed = TestPasskey.text("signature", wallet.sign(value(prepared, "revocation")));
    String foreign =
        TestPasskey.text("signature", new Wallet().sign(value(prepared, "revocation")));
    ledger.proxy().fails(fault);
    HttpResponse<String> refused = revoke(patient, foreign);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.body()).contains("cannot be checked");
    assertThat(doctorReads(patient)).isEqualTo(200);
    isPendingHereAndThenOnTheLedger(patient, revocation(prepared), revoke(patient, signed));
  }

  @Test
  @DisplayName("CG-5 a wallet withdraws while the node is away, and nobody does in its place")
  void walletWhileAway() {
    withdraws("away", LedgerFault.CLOSED_CONNECTION);
  }

  @Test
  @DisplayName("CG-5 a wallet withdraws while the node refuses every question")
  void walletWhileRefused() {
    withdraws("refusing", LedgerFault.UNKNOWN_METHODS);
  }

  @Test
  @DisplayName("CG-2 what permits something waits for a node that refuses every question: 503")
  void grantsNothingWhileRefused() {
    consent("waiting");
    Wallet wallet = new Wallet();
    String signed = wallet.sign(value(prepared("waiting"), "typedData"));
    ledger.proxy().fails(LedgerFault.UNKNOWN_METHODS);
    HttpResponse<String> refused = grant("waiting", TestPasskey.text("signature", signed));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(doctorReads("waiting")).isEqualTo(403);
  }

  @Test
  @DisplayName("CG-5 KEY-3 a passkey withdraws while the node is away")
  void passkeyWhileAway() {
    consent("finger");
    TestPasskey passkey = new TestPasskey();
    TestPasskey.Page page = TestPasskey.Page.of("http://localhost");
    String key = TestPasskey.text("publicKey", passkey.publicKey());
    String path = "Patient/finger/$enroll-key";
    Parameters toSign = answer(post("finger", path, key));
    answer(
        post(
            "finger",
            path,
            key,
            passkey.signed(value(toSign, "challenge"), page),
            deadline(toSign)));
    ConsentTypedData grant =
        ConsentTypedData.of(
            ledger.consents().domain(), Wallet.grant(value(prepared("finger"), "typedData")));
    answer(grant("finger", key, passkey.signed(challenge(grant), page)));
    awaitDoctorReads("finger");
    ConsentRevocation revocation = revocation(prepared("finger"));
    String signed =
        passkey.signed(
            challenge(ConsentTypedData.of(ledger.consents().domain(), revocation)), page);
    ledger.proxy().fails(LedgerFault.CLOSED_CONNECTION);
    isPendingHereAndThenOnTheLedger("finger", revocation, revoke("finger", key, signed));
  }
}
