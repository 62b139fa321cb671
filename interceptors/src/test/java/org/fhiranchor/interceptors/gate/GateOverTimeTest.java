package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fhiranchor.interceptors.consent.operations.ConsentRelay;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentRevocation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was permitted and is not any more: revocations, pages, exports, subscriptions. */
@Tag("alone")
final class GateOverTimeTest {
  private static final Duration SEEN_BY_THE_FOLLOWER = Duration.ofSeconds(2);

  private final GatedServer server = GatedServer.shared();

  private static String path(String url) {
    return url.substring(url.indexOf("/fhir") + 5).replaceFirst("^/", "");
  }

  @Test
  @DisplayName("CG-5 G3 a revocation refuses at once on its node, open page links included")
  void refusesAtOnce() {
    server.patient("ends");
    server.observation("e1", "ends");
    server.observation("e2", "ends");
    server.consent("c-ends", "ends", "ender", "TREAT");
    String reader = server.tokens().practitioner("ender", "TREAT");
    Bundle page =
        FhirContext.forR4Cached()
            .newJsonParser()
            .parseResource(
                Bundle.class, server.get(reader, "Observation?patient=ends&_count=1").body());
    String next = path(page.getLink(Bundle.LINK_NEXT).getUrl());
    assertThat(server.get(reader, "Observation/e1").statusCode()).isEqualTo(200);
    server.revoke("c-ends", "ends");
    assertThat(server.get(reader, "Observation/e1").statusCode()).isEqualTo(403);
    assertThat(server.get(reader, next).body()).doesNotContain("secret-e", "Observation/e");
  }

  @Test
  @DisplayName("CG-5 a revocation sent straight to the contract is heard")
  void hearsTheContract() {
    server.patient("direct");
    server.observation("d1", "direct");
    Wallet wallet = enrolledWallet("direct");
    server.load("Practitioner/direct", "{\"resourceType\":\"Practitioner\",\"id\":\"direct\"}");
    server.load(
        "Consent/c-direct", GatedServer.consentJson("c-direct", "direct", "direct", "TREAT"));
    String patient = server.tokens().patient("direct");
    String toSign = value(server.get(patient, "Consent/c-direct/$prepare"), "typedData");
    String body =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"signature\",\"valueString\":\"%s\"}]}"
            .formatted(wallet.sign(toSign));
    server.ask(patient, "POST", "Consent/c-direct/$grant", body);
    String reader = server.tokens().practitioner("direct", "TREAT");
    await()
        .atMost(120, SECONDS)
        .until(() -> server.get(reader, "Observation/d1").statusCode() == 200);
    ConsentGrant grant = Wallet.grant(toSign);
    ConsentLedger ledger = server.server().bean(ConsentLedger.class);
    BigInteger deadline = BigInteger.valueOf(Instant.now().plusSeconds(600).getEpochSecond());
    ConsentRevocation revocation = new ConsentRevocation(grant.id(), grant.grantor(), deadline);
    ConsentRelay.Parts relay = server.server().bean(ConsentRelay.Parts.class);
    Bytes signature = wallet.sign(ledger.domain(), revocation);
    relay.queue().add(ledger.revoke(revocation, signature), Instant.now());
    relay.sending().run();
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(SEEN_BY_THE_FOLLOWER)
        .until(() -> server.get(reader, "Observation/d1").statusCode() == 403);
  }

  private Wallet enrolledWallet(String patient) {
    Wallet wallet = new Wallet();
    HttpResponse<String> bound = server.bind(wallet, patient, "");
    assertThat(bound.statusCode()).as(bound.body()).isEqualTo(200);
    return wallet;
  }

  private static Parameters parameters(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Parameters.class, answer.body());
  }

  private static String value(HttpResponse<String> answer, String name) {
    return parameters(answer).getParameter(name).getValue().primitiveValue();
  }

  @Test
  @DisplayName(
      "G11 an export holds permitted lines, is its starter's alone, and ends with the consent")
  void exports() throws IOException {
    for (String patient : List.of("exported", "kept")) {
      server.patient(patient);
      server.observation("x-" + patient, patient);
    }
    server.consent("c-exported", "exported", "exporter", "TREAT");
    String exporter = server.tokens().of("Practitioner/exporter", "", "system/*.rs", "TREAT");
    String stranger = server.tokens().of("Practitioner/stranger", "", "system/*.rs", "TREAT");
    HttpResponse<String> started =
        server.ask(
            exporter, "GET", "$export?_type=Observation,Patient", "", "Prefer", "respond-async");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    String poll = path(started.headers().firstValue("Content-Location").orElseThrow());
    HttpResponse<String> others = server.get(stranger, poll);
    assertThat(others.statusCode()).isEqualTo(403);
    assertThat(server.get(stranger, poll.replaceAll("_jobId=.*", "_jobId=none")).body())
        .isEqualTo(others.body());
    await().atMost(120, SECONDS).until(() -> server.get(exporter, poll).statusCode() == 200);
    List<String> files = files(server.get(exporter, poll).body());
    assertThat(files).hasSize(2);
    String all = String.join("", files.stream().map(file -> read(exporter, file)).toList());
    assertThat(all).contains("secret-x-exported").doesNotContain("secret-x-kept", "Fkept");
    assertThat(server.get(stranger, files.get(0)).statusCode()).isEqualTo(403);
    server.revoke("c-exported", "exported");
    assertThat(server.get(exporter, files.get(0)).statusCode()).isEqualTo(403);
  }

  private String read(String token, String file) {
    HttpResponse<String> answer = server.ask(token, "GET", file, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode binary = json(answer.body());
    return binary.has("data")
        ? new String(
            java.util.Base64.getDecoder().decode(binary.path("data").asText()),
            StandardCharsets.UTF_8)
        : answer.body();
  }

  private static List<String> files(String manifest) {
    List<String> urls = new ArrayList<>();
    json(manifest).path("output").forEach(file -> urls.add(path(file.path("url").asText())));
    return urls;
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("G12 a subscription tells its owner what they may see when it is delivered")
  void subscriptions() throws IOException {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (DeliveryListener listener = DeliveryListener.into(heard)) {
      for (String patient : List.of("told", "untold")) {
        server.patient(patient);
      }
      server.consent("c-told", "told", "listener", "TREAT");
      String owner = server.tokens().practitioner("listener", "TREAT");
      String subscribed = server.subscribe(owner, "Observation?status=final", listener);
      assertThat(server.get(owner, subscribed).body()).contains("\"active\"");
      String stranger = server.tokens().practitioner("stranger", "TREAT");
      assertThat(server.get(stranger, subscribed).statusCode()).isEqualTo(403);
      assertThat(server.get(stranger, "Subscription").body()).doesNotContain("rest-hook");
      server.observation("s-untold", "untold");
      server.observation("s-told", "told");
      await()
          .atMost(120, SECONDS)
          .until(() -> heard.stream().anyMatch(one -> one.contains("s-told")));
      server.revoke("c-told", "told");
      server.observation("s-late", "told");
      server.consent("c-untold", "untold", "listener", "TREAT");
      server.observation("s-again", "untold");
      await()
          .atMost(120, SECONDS)
          .until(() -> heard.stream().anyMatch(one -> one.contains("s-again")));
      assertThat(String.join("\n", heard)).doesNotContain("s-untold", "s-late");
    }
  }

  @Test
  @DisplayName("DEC-6 breaking the glass needs the purpose and a reason")
  void breaksTheGlass() {
    server.patient("glass");
    server.observation("g1", "glass");
    String emergency = server.tokens().practitioner("er", "ETREAT");
    assertThat(server.get(emergency, "Observation/g1").statusCode()).isEqualTo(403);
    assertThat(
            server
                .ask(
                    emergency,
                    "GET",
                    "Observation/g1",
                    "",
                    AccessSubject.BREAK_GLASS_HEADER,
                    "found unconscious")
                .statusCode())
        .isEqualTo(200);
    String treating = server.tokens().practitioner("er", "TREAT");
    assertThat(
            server
                .ask(
                    treating,
                    "GET",
                    "Observation/g1",
                    "",
                    AccessSubject.BREAK_GLASS_HEADER,
                    "curious")
                .statusCode())
        .isEqualTo(403);
  }
}
