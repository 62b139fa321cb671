package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fhiranchor.interceptors.gate.PatientClient.value;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.consent.following.LedgerFault;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.load.TrialLedger;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
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

  private static void awaitDoctorReads(PatientClient patient) {
    await().atMost(60, SECONDS).until(() -> patient.doctorReads() == 200);
  }

  private Wallet grantedByWallet(PatientClient patient) {
    Wallet wallet = new Wallet();
    patient.answer(gated.bind(wallet, patient.patient(), ""));
    String signed = wallet.sign(value(patient.prepared(), "typedData"));
    patient.answer(patient.grant(TestPasskey.text("signature", signed)));
    awaitDoctorReads(patient);
    return wallet;
  }

  private void isPendingHereAndThenOnTheLedger(
      PatientClient patient, ConsentRevocation revocation, HttpResponse<String> revoked) {
    assertThat(value(patient.answer(revoked), "state")).isEqualTo("pending");
    assertThat(patient.doctorReads()).isEqualTo(403);
    assertThat(ledger.consents().stateOf(revocation.key()).status())
        .isEqualTo(LedgerConsent.Status.GRANTED);
    ledger.proxy().works();
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                ledger.consents().stateOf(revocation.key()).status()
                    == LedgerConsent.Status.REVOKED);
    assertThat(patient.doctorReads()).isEqualTo(403);
  }

  private void withdraws(String id, LedgerFault fault) {
    PatientClient patient = PatientClient.loaded(gated, id);
    Wallet wallet = grantedByWallet(patient);
    Parameters prepared = patient.prepared();
    String signed = TestPasskey.text("signature", wallet.sign(value(prepared, "revocation")));
    String foreign =
        TestPasskey.text("signature", new Wallet().sign(value(prepared, "revocation")));
    ledger.proxy().fails(fault);
    HttpResponse<String> refused = patient.revoke(foreign);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.body()).contains("cannot be checked");
    assertThat(patient.doctorReads()).isEqualTo(200);
    isPendingHereAndThenOnTheLedger(
        patient, PatientClient.revocation(prepared), patient.revoke(signed));
  }

  @Test
  @DisplayName("CG-5 a wallet withdraws while the node is away, and nobody does in its place")
  void walletWhileAway() {
    withdraws("away", LedgerFault.CLOSED_CONNECTION);
  }

  @Test
  @Tag("long")
  @DisplayName("CG-5 a wallet withdraws while the node refuses every question")
  void walletWhileRefused() {
    withdraws("refusing", LedgerFault.UNKNOWN_METHODS);
  }

  @Test
  @DisplayName("CG-2 what permits something waits for a node that refuses every question: 503")
  void grantsNothingWhileRefused() {
    PatientClient waiting = PatientClient.loaded(gated, "waiting");
    Wallet wallet = new Wallet();
    String signed = wallet.sign(value(waiting.prepared(), "typedData"));
    ledger.proxy().fails(LedgerFault.UNKNOWN_METHODS);
    HttpResponse<String> refused = waiting.grant(TestPasskey.text("signature", signed));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(waiting.doctorReads()).isEqualTo(403);
  }

  @Test
  @DisplayName("CG-5 KEY-3 a passkey withdraws while the node is away")
  void passkeyWhileAway() {
    PatientClient finger = PatientClient.loaded(gated, "finger");
    TestPasskey passkey = new TestPasskey();
    TestPasskey.Page page = TestPasskey.Page.of("http://localhost");
    String key = TestPasskey.text("publicKey", passkey.publicKey());
    ConsentDomain registry = ledger.consents().domain();
    finger.answer(finger.enrol(passkey, page));
    finger.answer(finger.grant(key, passkey.signed(finger.challengeToGrant(registry), page)));
    awaitDoctorReads(finger);
    ConsentRevocation revocation = PatientClient.revocation(finger.prepared());
    String challenge = PatientClient.challenge(ConsentTypedData.of(registry, revocation));
    String signed = passkey.signed(challenge, page);
    ledger.proxy().fails(LedgerFault.CLOSED_CONNECTION);
    isPendingHereAndThenOnTheLedger(finger, revocation, finger.revoke(key, signed));
  }
}
