package org.fhiranchor.interceptors.consent.operations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fhiranchor.interceptors.consent.operations.ConsentPatients.self;
import static org.fhiranchor.interceptors.consent.operations.ConsentPatients.value;
import static org.fhiranchor.interceptors.consent.operations.ConsentPatients.with;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.RequesterFacts;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PatientKey;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** CG-1 to CG-5 over HTTP, against a real ledger. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ConsentOnLedgerTest {
  private RunningServer server;
  private ConsentPatients patients;

  @BeforeAll
  void boot(@TempDir Path data) {
    server = RunningServer.start(data, "--anchor.consent.enforce=on");
    patients = new ConsentPatients(server, new TestTokens(data));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private ConsentDecision decide(String patient) {
    ConsentPolicy policy =
        new ConsentPolicy(
            PurposeModes.ALL_OPT_IN, ConsentPolicy.BreakGlass.OFF, Duration.ofMinutes(5));
    Observation observation = new Observation();
    observation.setId("Observation/o1");
    observation.setSubject(new Reference("Patient/" + patient));
    return new ConsentDecider(server.bean(ConsentIndex.class), policy)
        .decide(
            AccessRequest.of(
                RequesterFacts.of("Practitioner/doc"),
                List.of(Purpose.TREAT),
                Action.ACCESS,
                Instant.now()),
            new FactsReader(
                    new LocalReferences(List.of()), ZoneOffset.UTC, RelatedResources.NOTHING_KNOWN)
                .read(observation));
  }

  private void awaitRefusal(String patient, Reason reason) {
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () -> assertThat(decide(patient)).isEqualTo(new ConsentDecision.Refuse(reason)));
  }

  private void awaitPermit(String patient) {
    await().atMost(120, SECONDS).until(() -> decide(patient).permitted());
  }

  @Test
  @DisplayName("CG-2 a wallet signs what $prepare shows, and the grant is on the ledger")
  void grantsWithAWallet() {
    patients.patientWithConsent("wallet");
    awaitRefusal("wallet", Reason.NOT_ON_LEDGER);
    Wallet wallet = patients.enrolledWallet("wallet");
    Parameters prepared = patients.prepare("wallet");
    assertThat(value(prepared, "summary")).contains("permits", "TREAT");
    assertThat(value(patients.prepare("wallet"), "typedData"))
        .isEqualTo(value(prepared, "typedData"));
    assertThat(value(patients.status("wallet"), "state")).isEqualTo("none");

    Parameters signature = with("signature", wallet.sign(value(prepared, "typedData")));
    Parameters granted = patients.answer(patients.grant("wallet", signature));
    assertThat(value(granted, "state")).isEqualTo("granted");
    assertThat(value(granted, "custody")).isEqualTo("holder");
    assertThat(Long.parseLong(value(granted, "blockNumber"))).isPositive();
    awaitPermit("wallet");

    Parameters again = patients.answer(patients.grant("wallet", signature));
    assertThat(value(again, "transactionHash")).isEqualTo(value(granted, "transactionHash"));

    Parameters revocation = with("signature", wallet.sign(value(prepared, "revocation")));
    Parameters revoked =
        patients.answer(patients.post("Consent/c-wallet/$revoke", self("wallet"), revocation));
    assertThat(value(revoked, "state")).isEqualTo("revoked");
    assertThat(decide("wallet")).isEqualTo(new ConsentDecision.Refuse(Reason.REVOKED));
    assertThat(patients.grant("wallet", signature).statusCode()).isEqualTo(409);
    isInTheLog("wallet");
  }

  private void isInTheLog(String patient) {
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () -> {
              List<Statement> leaves =
                  new LogAuditor(server)
                      .audit().stream()
                          .map(leaf -> leaf.statement())
                          .filter(leaf -> leaf.chain().equals("subject:Patient/" + patient))
                          .toList();
              assertThat(leaves).hasSize(3);
              assertThat(leaves.get(0)).isInstanceOf(Statement.KeyBinding.class);
              assertThat(((Statement.ConsentEvent) leaves.get(1)).event()).isEqualTo("granted");
              assertThat(((Statement.ConsentEvent) leaves.get(2)).event()).isEqualTo("revoked");
            });
  }

  @Test
  @DisplayName("CG-4 a key in custody that does not open any more is replaced when asked for")
  void replacesLostKey() {
    patients.patientWithConsent("lost");
    String lost = patients.enrolInCustody("lost");
    int changed =
        new JdbcTemplate(server.bean(DataSource.class))
            .update("update subject_key set sealed = ? where patient = 'lost'", new byte[60]);
    assertThat(changed).isEqualTo(1);
    assertThat(patients.enrolInCustody("lost")).isNotEqualTo(lost);
    assertThat(value(patients.answer(patients.grant("lost", new Parameters())), "state"))
        .isEqualTo("granted");
  }

  @Test
  @DisplayName(
      "CG-2 a key in custody grants and revokes without a signature; asking twice is harmless")
  void grantsInCustody() {
    patients.patientWithConsent("custody");
    assertThat(patients.enrolInCustody("custody")).isEqualTo(patients.enrolInCustody("custody"));
    Parameters granted = patients.answer(patients.grant("custody", new Parameters()));
    assertThat(value(granted, "state")).isEqualTo("granted");
    assertThat(value(granted, "custody")).isEqualTo("server");
    awaitPermit("custody");
    assertThat(value(patients.status("custody"), "inForce")).isEqualTo("true");
    for (int i = 0; i < 2; i++) {
      Parameters revoked =
          patients.answer(
              patients.post("Consent/c-custody/$revoke", self("custody"), new Parameters()));
      assertThat(value(revoked, "state")).isEqualTo("revoked");
      assertThat(decide("custody")).isEqualTo(new ConsentDecision.Refuse(Reason.REVOKED));
    }
  }

  @Test
  @DisplayName(
      "CG-2 a signature for another chain, contract or key, or a replayed one, grants nothing")
  void refusesForeignSignatures() {
    patients.patientWithConsent("foreign");
    Wallet wallet = patients.enrolledWallet("foreign");
    String typedData = value(patients.prepare("foreign"), "typedData");
    List<String> wrong =
        List.of(
            wallet.signForAnotherChain(typedData),
            wallet.signForAnotherContract(typedData),
            new Wallet().sign(typedData),
            wallet.sign(value(patients.prepare("foreign"), "revocation")));
    for (String signature : wrong) {
      assertThat(patients.grant("foreign", with("signature", signature)).statusCode())
          .isEqualTo(422);
    }
    assertThat(patients.grant("foreign", new Parameters()).statusCode()).isEqualTo(422);
    assertThat(value(patients.status("foreign"), "state")).isEqualTo("none");
  }

  @Test
  @DisplayName(
      "CG-4 FOL-1 a grant by a key that was never bound to the patient does not count, nor show")
  void refusesUnboundKeys() {
    patients.patientWithConsent("unbound");
    patients.enrolledWallet("unbound");
    ConsentGrant offered = Wallet.grant(value(patients.prepare("unbound"), "typedData"));
    PatientKey stranger = PatientKey.generate(new SecureRandom());
    ConsentGrant foreign =
        new ConsentGrant(
            offered.id(),
            offered.termsHash(),
            stranger.address(),
            offered.period(),
            offered.deadline());
    ConsentLedger ledger = server.bean(ConsentLedger.class);
    Bytes signature = stranger.sign(ConsentTypedData.of(ledger.domain(), foreign).digest());
    ConsentRelay.Parts relay = server.bean(ConsentRelay.Parts.class);
    relay.queue().add(ledger.grant(foreign, signature), Instant.now());
    relay.sending().run();
    await()
        .atMost(120, SECONDS)
        .until(() -> ledger.stateOf(foreign.key()).status() == LedgerConsent.Status.GRANTED);
    long block = ledger.latest().number();
    ConsentFollowing following = server.bean(ConsentFollowing.class);
    await()
        .atMost(120, SECONDS)
        .until(() -> following.followed().filter(at -> at.block().number() >= block).isPresent());
    assertThat(decide("unbound")).isEqualTo(new ConsentDecision.Refuse(Reason.NOT_ON_LEDGER));
    assertThat(server.bean(ConsentStates.class).find(foreign.key())).isEmpty();
    assertThat(value(patients.status("unbound"), "state")).isEqualTo("none");
  }

  @Test
  @DisplayName("CG-1 a Consent whose text changed after signing permits nothing")
  void noticesChangedTerms() {
    patients.patientWithConsent("edited");
    patients.enrolInCustody("edited");
    patients.answer(patients.grant("edited", new Parameters()));
    awaitPermit("edited");
    patients.consent("edited", "HPAYMT");
    patients.consent("edited", "TREAT");
    awaitPermit("edited");
    patients.put(
        "Consent/c-edited",
        patients
            .ask("GET", "Consent/c-edited", self("edited"), "")
            .body()
            .replace("reader", "anyone"));
    assertThat(decide("edited")).isEqualTo(new ConsentDecision.Refuse(Reason.TERMS_CHANGED));
    for (Parameters told :
        List.of(
            patients.status("edited"),
            patients.answer(patients.grant("edited", new Parameters())))) {
      assertThat(value(told, "state")).isEqualTo("granted");
      assertThat(value(told, "inForce")).isEqualTo("false");
      assertThat(value(told, "reason")).isEqualTo("TERMS_CHANGED");
    }
  }

  @Test
  @DisplayName("CG-5 a row that says granted where the ledger says revoked is corrected")
  void correctsEditedRows() {
    patients.patientWithConsent("forged");
    patients.enrolInCustody("forged");
    patients.answer(patients.grant("forged", new Parameters()));
    ConsentGrant grant = Wallet.grant(value(patients.prepare("forged"), "typedData"));
    patients.answer(patients.post("Consent/c-forged/$revoke", self("forged"), new Parameters()));
    int edited =
        new JdbcTemplate(server.bean(DataSource.class))
            .update(
                "update consent_state set revoked = false where grantor = ?",
                grant.grantor().hex());
    assertThat(edited).isEqualTo(1);
    await()
        .atMost(120, SECONDS)
        .until(() -> server.bean(ConsentStates.class).find(grant.key()).orElseThrow().revoked());
    assertThat(decide("forged").permitted()).isFalse();
  }

  @Test
  @DisplayName("CG-3 nobody speaks for a patient but those who may, and refusals tell nothing")
  void refusesOthers() {
    patients.patientWithConsent("owner");
    patients.enrolInCustody("owner");
    String path = "Consent/c-owner/$grant";
    assertThat(patients.post(path, "", new Parameters()).statusCode()).isEqualTo(401);
    List<String> others =
        List.of(
            self("other"),
            "Practitioner/doc owner user/*.cruds",
            "Practitioner/doc - anchor/compliance.read",
            "Practitioner/clerk - anchor/registrar",
            "RelatedPerson/r1 - user/*.cruds");
    for (String who : others) {
      HttpResponse<String> refused = patients.post(path, who, new Parameters());
      assertThat(refused.statusCode()).as(who).isEqualTo(403);
      HttpResponse<String> missing = patients.post("Consent/nowhere/$grant", who, new Parameters());
      assertThat(missing.statusCode()).isEqualTo(403);
      assertThat(missing.body()).isEqualTo(refused.body());
    }
    HttpResponse<String> enrol =
        patients.post("Patient/owner/$enroll-key", self("other"), with("custody", "server"));
    assertThat(enrol.statusCode()).isEqualTo(403);
    assertThat(value(patients.status("owner"), "state")).isEqualTo("none");
  }
}
