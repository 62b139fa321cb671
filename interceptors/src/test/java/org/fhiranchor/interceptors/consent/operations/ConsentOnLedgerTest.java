package org.fhiranchor.interceptors.consent.operations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
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
  private static final String LOADER = "Device/loader - system/*.cruds";

  private RunningServer server;
  private TestTokens tokens;

  @BeforeAll
  void boot(@TempDir Path data) {
    server = RunningServer.start(data, "--anchor.consent.enforce=on");
    tokens = new TestTokens(data);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static String self(String patient) {
    return "Patient/" + patient + " " + patient + " patient/*.cruds";
  }

  private HttpResponse<String> ask(String method, String path, String who, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return server.send(
        who.isEmpty() ? request : request.header("Authorization", "Bearer " + token(who)));
  }

  /** For {@code "[fhirUser] [patient or -] [scope]"}. */
  private String token(String who) {
    String[] words = who.split(" ", 3);
    return tokens.of(words[0], words[1].equals("-") ? "" : words[1], words[2]);
  }

  private HttpResponse<String> post(String path, String who, Parameters body) {
    return ask("POST", path, who, server.fhir().newJsonParser().encodeResourceToString(body));
  }

  private Parameters answer(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return server.fhir().newJsonParser().parseResource(Parameters.class, response.body());
  }

  private static String value(Parameters parameters, String name) {
    assertThat(parameters.hasParameter(name)).as(name).isTrue();
    return parameters.getParameter(name).getValue().primitiveValue();
  }

  private static Parameters with(String name, String value) {
    Parameters parameters = new Parameters();
    parameters.addParameter(name, value);
    return parameters;
  }

  private void put(String path, String json) {
    HttpResponse<String> answer = ask("PUT", path, LOADER, json);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private void patientWithConsent(String patient) {
    put("Practitioner/doc", "{\"resourceType\":\"Practitioner\",\"id\":\"doc\"}");
    put("Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}");
    consent(patient, "TREAT");
  }

  private void consent(String patient, String purpose) {
    put(
        "Consent/c-" + patient,
        """
        {"resourceType":"Consent","id":"c-%s","status":"active",
         "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
           "code":"patient-privacy"}]},
         "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
         "patient":{"reference":"Patient/%s"},
         "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode",
           "code":"OPTIN"}]},
         "provision":{"type":"permit",
           "actor":[{"role":{"text":"reader","coding":[{"code":"IRCP",
               "system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
             "reference":{"reference":"Practitioner/doc"}}],
           "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason",
             "code":"%s"}]}}
        """
            .formatted(patient, patient, purpose));
  }

  private Wallet enrolledWallet(String patient) {
    Wallet wallet = new Wallet();
    String path = "Patient/" + patient + "/$enroll-key";
    Parameters proof = with("address", wallet.address().hex());
    Parameters toSign = answer(post(path, self(patient), proof));
    proof.addParameter("signature", wallet.sign(value(toSign, "typedData")));
    proof.addParameter().setName("deadline").setValue(toSign.getParameter("deadline").getValue());
    Parameters bound = answer(post(path, self(patient), proof));
    assertThat(value(bound, "custody")).isEqualTo("holder");
    return wallet;
  }

  /** The address of the key. */
  private String enrolInCustody(String patient) {
    Parameters bound =
        answer(
            post("Patient/" + patient + "/$enroll-key", self(patient), with("custody", "server")));
    assertThat(value(bound, "custody")).isEqualTo("server");
    return value(bound, "address");
  }

  private Parameters prepare(String patient) {
    return answer(ask("GET", "Consent/c-" + patient + "/$prepare", self(patient), ""));
  }

  private HttpResponse<String> grant(String patient, Parameters body) {
    return post("Consent/c-" + patient + "/$grant", self(patient), body);
  }

  private Parameters status(String patient) {
    return answer(ask("GET", "Consent/c-" + patient + "/$ledger-status", self(patient), ""));
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
    patientWithConsent("wallet");
    awaitRefusal("wallet", Reason.NOT_ON_LEDGER);
    Wallet wallet = enrolledWallet("wallet");
    Parameters prepared = prepare("wallet");
    assertThat(value(prepared, "summary")).contains("permits", "TREAT");
    assertThat(value(prepare("wallet"), "typedData")).isEqualTo(value(prepared, "typedData"));
    assertThat(value(status("wallet"), "state")).isEqualTo("none");

    Parameters signature = with("signature", wallet.sign(value(prepared, "typedData")));
    Parameters granted = answer(grant("wallet", signature));
    assertThat(value(granted, "state")).isEqualTo("granted");
    assertThat(value(granted, "custody")).isEqualTo("holder");
    assertThat(Long.parseLong(value(granted, "blockNumber"))).isPositive();
    awaitPermit("wallet");

    Parameters again = answer(grant("wallet", signature));
    assertThat(value(again, "transactionHash")).isEqualTo(value(granted, "transactionHash"));

    Parameters revocation = with("signature", wallet.sign(value(prepared, "revocation")));
    Parameters revoked = answer(post("Consent/c-wallet/$revoke", self("wallet"), revocation));
    assertThat(value(revoked, "state")).isEqualTo("revoked");
    assertThat(decide("wallet")).isEqualTo(new ConsentDecision.Refuse(Reason.REVOKED));
    assertThat(grant("wallet", signature).statusCode()).isEqualTo(409);
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
    patientWithConsent("lost");
    String lost = enrolInCustody("lost");
    int changed =
        new JdbcTemplate(server.bean(DataSource.class))
            .update("update subject_key set sealed = ? where patient = 'lost'", new byte[60]);
    assertThat(changed).isEqualTo(1);
    assertThat(enrolInCustody("lost")).isNotEqualTo(lost);
    assertThat(value(answer(grant("lost", new Parameters())), "state")).isEqualTo("granted");
  }

  @Test
  @DisplayName(
      "CG-2 a key in custody grants and revokes without a signature; asking twice is harmless")
  void grantsInCustody() {
    patientWithConsent("custody");
    assertThat(enrolInCustody("custody")).isEqualTo(enrolInCustody("custody"));
    Parameters granted = answer(grant("custody", new Parameters()));
    assertThat(value(granted, "state")).isEqualTo("granted");
    assertThat(value(granted, "custody")).isEqualTo("server");
    awaitPermit("custody");
    assertThat(value(status("custody"), "inForce")).isEqualTo("true");
    for (int i = 0; i < 2; i++) {
      Parameters revoked =
          answer(post("Consent/c-custody/$revoke", self("custody"), new Parameters()));
      assertThat(value(revoked, "state")).isEqualTo("revoked");
      assertThat(decide("custody")).isEqualTo(new ConsentDecision.Refuse(Reason.REVOKED));
    }
  }

  @Test
  @DisplayName(
      "CG-2 a signature for another chain, contract or key, or a replayed one, grants nothing")
  void refusesForeignSignatures() {
    patientWithConsent("foreign");
    Wallet wallet = enrolledWallet("foreign");
    String typedData = value(prepare("foreign"), "typedData");
    List<String> wrong =
        List.of(
            wallet.signForAnotherChain(typedData),
            wallet.signForAnotherContract(typedData),
            new Wallet().sign(typedData),
            wallet.sign(value(prepare("foreign"), "revocation")));
    for (String signature : wrong) {
      assertThat(grant("foreign", with("signature", signature)).statusCode()).isEqualTo(422);
    }
    assertThat(grant("foreign", new Parameters()).statusCode()).isEqualTo(422);
    assertThat(value(status("foreign"), "state")).isEqualTo("none");
  }

  @Test
  @DisplayName(
      "CG-4 FOL-1 a grant by a key that was never bound to the patient does not count, nor show")
  void refusesUnboundKeys() {
    patientWithConsent("unbound");
    enrolledWallet("unbound");
    ConsentGrant offered = Wallet.grant(value(prepare("unbound"), "typedData"));
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
    assertThat(value(status("unbound"), "state")).isEqualTo("none");
  }

  @Test
  @DisplayName("CG-1 a Consent whose text changed after signing permits nothing")
  void noticesChangedTerms() {
    patientWithConsent("edited");
    enrolInCustody("edited");
    answer(grant("edited", new Parameters()));
    awaitPermit("edited");
    consent("edited", "HPAYMT");
    consent("edited", "TREAT");
    awaitPermit("edited");
    put(
        "Consent/c-edited",
        ask("GET", "Consent/c-edited", self("edited"), "").body().replace("reader", "anyone"));
    assertThat(decide("edited")).isEqualTo(new ConsentDecision.Refuse(Reason.TERMS_CHANGED));
    for (Parameters told : List.of(status("edited"), answer(grant("edited", new Parameters())))) {
      assertThat(value(told, "state")).isEqualTo("granted");
      assertThat(value(told, "inForce")).isEqualTo("false");
      assertThat(value(told, "reason")).isEqualTo("TERMS_CHANGED");
    }
  }

  @Test
  @DisplayName("CG-5 a row that says granted where the ledger says revoked is corrected")
  void correctsEditedRows() {
    patientWithConsent("forged");
    enrolInCustody("forged");
    answer(grant("forged", new Parameters()));
    ConsentGrant grant = Wallet.grant(value(prepare("forged"), "typedData"));
    answer(post("Consent/c-forged/$revoke", self("forged"), new Parameters()));
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
    patientWithConsent("owner");
    enrolInCustody("owner");
    String path = "Consent/c-owner/$grant";
    assertThat(post(path, "", new Parameters()).statusCode()).isEqualTo(401);
    List<String> others =
        List.of(
            self("other"),
            "Practitioner/doc owner user/*.cruds",
            "Practitioner/doc - anchor/compliance.read",
            "Practitioner/clerk - anchor/registrar",
            "RelatedPerson/r1 - user/*.cruds");
    for (String who : others) {
      HttpResponse<String> refused = post(path, who, new Parameters());
      assertThat(refused.statusCode()).as(who).isEqualTo(403);
      HttpResponse<String> missing = post("Consent/nowhere/$grant", who, new Parameters());
      assertThat(missing.statusCode()).isEqualTo(403);
      assertThat(missing.body()).isEqualTo(refused.body());
    }
    HttpResponse<String> enrol =
        post("Patient/owner/$enroll-key", self("other"), with("custody", "server"));
    assertThat(enrol.statusCode()).isEqualTo(403);
    assertThat(value(status("owner"), "state")).isEqualTo("none");
  }
}
