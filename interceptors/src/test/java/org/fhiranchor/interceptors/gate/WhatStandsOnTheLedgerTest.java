package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

/** Every transaction and event of the chain, searched for what must not be there. */
final class WhatStandsOnTheLedgerTest {
  private static final String PATIENT = "zaphod-beeblebrox";
  private static final String PRACTITIONER = "marvin-android";
  private static final String CONSENT = "heart-of-gold";

  private final GatedServer server = GatedServer.shared();

  @Test
  @DisplayName("CR-6 no patient, reader, purpose or text, plain or hashed, stands on the ledger")
  void tellsNothing() throws IOException {
    server.patient(PATIENT);
    server.consent(CONSENT, PATIENT, PRACTITIONER, "HRESCH");
    server.revoke(CONSENT, PATIENT);
    String chain = everything();
    assertThat(chain).contains(transactionOfRevocation());
    assertThat(words().flatMap(WhatStandsOnTheLedgerTest::spellings))
        .allSatisfy(spelling -> assertThat(chain).doesNotContain(spelling));
  }

  private String transactionOfRevocation() {
    String patient = server.tokens().patient(PATIENT);
    return FhirContext.forR4Cached()
        .newJsonParser()
        .parseResource(
            Parameters.class, server.get(patient, "Consent/" + CONSENT + "/$ledger-status").body())
        .getParameter("transactionHash")
        .getValue()
        .primitiveValue();
  }

  private static Stream<String> words() {
    return Stream.of(
        PATIENT,
        "Patient/" + PATIENT,
        PRACTITIONER,
        "Practitioner/" + PRACTITIONER,
        CONSENT,
        "Consent/" + CONSENT,
        "HRESCH",
        "F" + PATIENT);
  }

  /** As text and as the unsalted hashes of the text. */
  private static Stream<String> spellings(String word) {
    byte[] text = word.getBytes(StandardCharsets.UTF_8);
    HexFormat hex = HexFormat.of();
    return Stream.of(
        hex.formatHex(text), Digest.sha256(text).hex(), hex.formatHex(Hash.sha3(text)));
  }

  /** Call data and events of all blocks, as hex digits. */
  private String everything() throws IOException {
    URI node =
        URI.create(
            json(server
                    .server()
                    .send(HttpRequest.newBuilder(server.server().url("actuator/info")))
                    .body())
                .path("rpcUrl")
                .asText());
    StringBuilder all = new StringBuilder();
    long last = Long.decode(rpc(node, "eth_blockNumber", "").asText());
    for (long block = 0; block <= last; block++) {
      String number = "\"0x" + Long.toHexString(block) + "\"";
      for (JsonNode transaction :
          rpc(node, "eth_getBlockByNumber", number + ",true").path("transactions")) {
        all.append(transaction.path("input").asText()).append('\n');
      }
    }
    all.append(rpc(node, "eth_getLogs", "{\"fromBlock\":\"0x0\"}"));
    return all.toString().toLowerCase(Locale.ROOT);
  }

  private JsonNode rpc(URI node, String method, String parameters) throws IOException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":[%s]}"
            .formatted(method, parameters);
    JsonNode answer =
        json(
            server
                .server()
                .send(
                    HttpRequest.newBuilder(node)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .body());
    assertThat(answer.has("result")).as(answer.toString()).isTrue();
    return answer.path("result");
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
