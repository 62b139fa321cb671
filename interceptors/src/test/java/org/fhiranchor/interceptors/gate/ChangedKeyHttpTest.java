package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A consent outlives the key that granted it, and can still be withdrawn. */
final class ChangedKeyHttpTest {
  private static final String CUSTODY = GatedServer.valueString("custody", "server");

  private final GatedServer server = GatedServer.shared();

  @Test
  @DisplayName("CG-2 what $prepare hands out to revoke with is for the key that granted")
  void anotherWallet() {
    Wallet first = new Wallet();
    granted("changed", first);
    Wallet second = new Wallet();
    assertThat(server.bind(second, "changed", "").statusCode()).isEqualTo(200);
    String revocation = prepared("changed", "revocation");
    assertThat(revocation).contains(first.address().hex());
    assertThat(revoke("changed", second.sign(revocation)).statusCode()).isEqualTo(422);
    withdrawn("changed", revoke("changed", first.sign(revocation)));
  }

  @Test
  @DisplayName("CG-2 with the new key in custody, the key that granted still revokes")
  void custodyAfterwards() {
    Wallet first = new Wallet();
    granted("handed", first);
    enrolInCustody("handed");
    withdrawn("handed", revoke("handed", first.sign(prepared("handed", "revocation"))));
  }

  @Test
  @DisplayName("CG-2 what a key in custody granted is revoked without a signature by its holder")
  void custodyBefore() {
    server.patient("took");
    server.observation("took-o", "took");
    server.consent("c-took", "took", "took", "TREAT");
    Wallet own = new Wallet();
    assertThat(server.bind(own, "took", "").statusCode()).isEqualTo(200);
    assertThat(prepared("took", "revocation")).doesNotContain(own.address().hex());
    server.revoke("c-took", "took");
    assertThat(read("took")).isEqualTo(403);
  }

  private void granted(String name, Wallet wallet) {
    server.load("Patient/" + name, "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(name));
    server.observation(name + "-o", name);
    server.load(
        "Practitioner/" + name,
        "{\"resourceType\":\"Practitioner\",\"id\":\"%s\"}".formatted(name));
    server.load("Consent/c-" + name, GatedServer.consentJson("c-" + name, name, name, "TREAT"));
    assertThat(server.bind(wallet, name, "").statusCode()).isEqualTo(200);
    ask(name, "$grant", wallet.sign(prepared(name, "typedData")));
    await().atMost(120, SECONDS).until(() -> read(name) == 200);
  }

  private void enrolInCustody(String name) {
    HttpResponse<String> answer =
        server.ask(
            server.tokens().patient(name),
            "POST",
            "Patient/" + name + "/$enroll-key",
            GatedServer.parameters(CUSTODY));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private String prepared(String name, String part) {
    HttpResponse<String> answer =
        server.get(server.tokens().patient(name), "Consent/c-" + name + "/$prepare");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached()
        .newJsonParser()
        .parseResource(Parameters.class, answer.body())
        .getParameter(part)
        .getValue()
        .primitiveValue();
  }

  private HttpResponse<String> revoke(String name, String signature) {
    return ask(name, "$revoke", signature);
  }

  private HttpResponse<String> ask(String name, String operation, String signature) {
    return server.ask(
        server.tokens().patient(name),
        "POST",
        "Consent/c-" + name + "/" + operation,
        GatedServer.parameters(GatedServer.valueString("signature", signature)));
  }

  private void withdrawn(String name, HttpResponse<String> revoked) {
    assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
    assertThat(read(name)).isEqualTo(403);
  }

  private int read(String name) {
    return server
        .get(server.tokens().practitioner(name, "TREAT"), "Observation/" + name + "-o")
        .statusCode();
  }
}
