package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.consent.following.FaultyNode;
import org.fhiranchor.interceptors.consent.following.LedgerFault;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.load.TrialLedger;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FOL-6 over HTTP: requests ask the nodes of the ledger while the follower does. */
@SuppressWarnings("NullAway.Init")
final class SeveralLedgerNodesTest {
  private static final int DELAY_MILLIS = 30;
  private static final int PATIENTS = Integer.getInteger("test.several", 2);

  private TrialLedger ledger;
  private FaultyNode second;
  private FaultyNode third;
  private GatedServer gated;

  @BeforeEach
  void boot(@TempDir Path folder) throws Exception {
    ledger = TrialLedger.start(folder.resolve("ledger"));
    ledger.proxy().farAway(DELAY_MILLIS);
    second = ledger.another().farAway(DELAY_MILLIS);
    third = ledger.another().farAway(DELAY_MILLIS);
    Path data = folder.resolve("data");
    gated = new GatedServer(data, ledger.settings(data, ledger.proxy(), second, third));
  }

  @AfterEach
  void stop() {
    gated.close();
    third.close();
    second.close();
    ledger.close();
  }

  private String post(String patient, String operation, String signature) {
    HttpResponse<String> answer =
        gated.ask(
            gated.tokens().patient(patient),
            "POST",
            "Consent/c-" + patient + "/" + operation,
            GatedServer.parameters(GatedServer.valueString("signature", signature)));
    return operation + " " + answer.statusCode();
  }

  private String prepared(String patient, String name) {
    return gated
        .server()
        .fhir()
        .newJsonParser()
        .parseResource(
            Parameters.class,
            gated.get(gated.tokens().patient(patient), "Consent/c-" + patient + "/$prepare").body())
        .getParameter(name)
        .getValue()
        .primitiveValue();
  }

  private Set<String> grantsAndRevokes(String patient) {
    gated.patient(patient);
    gated.load("Practitioner/dr", "{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}");
    gated.load(
        "Consent/c-" + patient, GatedServer.consentJson("c-" + patient, patient, "dr", "TREAT"));
    Wallet wallet = new Wallet();
    return Set.of(
        "$enroll-key " + gated.bind(wallet, patient, "").statusCode(),
        post(patient, "$grant", wallet.sign(prepared(patient, "typedData"))),
        post(patient, "$revoke", wallet.sign(prepared(patient, "revocation"))));
  }

  @Test
  @DisplayName("FOL-6 no request finds the nodes busy, not even while one of them is silent")
  void isAnsweredAlways() {
    Set<String> answers = new TreeSet<>();
    IntStream.range(0, PATIENTS).forEach(i -> answers.addAll(grantsAndRevokes("several-" + i)));
    third.fails(LedgerFault.SLOW);
    IntStream.range(0, PATIENTS).forEach(i -> answers.addAll(grantsAndRevokes("slow-" + i)));
    assertThat(answers).containsExactly("$enroll-key 200", "$grant 200", "$revoke 200");
  }
}
