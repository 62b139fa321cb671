package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.ACT;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.GROUND;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.LABEL;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.NOTICE;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.assertNothing;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.assertNotice;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.binary.provider.BinaryAccessProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.interceptor.ResponseHighlighterInterceptor;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records under 42 CFR part 2 that do not leave by a read or a search of the record itself. */
final class PartTwoOtherWaysTest {
  private final PartTwoWorld world = PartTwoWorld.shared();

  @Test
  @DisplayName("EXP-7 labels inside, and on what a Binary belongs to, count as those on top")
  void carried() {
    world.server.load(
        "Observation/p2-inline",
        GatedServer.observationOf(
            "p2-inline",
            """
            "subject":{"reference":"Patient/p2"},"note":[{"text":"x","extension":[{
             "url":"http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label",
             "valueCoding":{"system":"%s","code":"42CFRPart2"}}]}]
            """
                .formatted(ACT)));
    assertNotice(world.read("Observation/p2-inline"), GROUND);
    world.server.load("Binary/p2-scan", binary("p2-scan", ""));
    world.server.load(
        "DocumentReference/p2-doc",
        """
        {"resourceType":"DocumentReference","id":"p2-doc",%s,"status":"current",
         "subject":{"reference":"Patient/p2"},"content":[{"attachment":{"url":"Binary/p2-scan"}}]}
        """
            .formatted(LABEL));
    HttpResponse<String> raw = world.read("Binary/p2-scan", "Accept", "text/plain");
    assertNotice(raw, GROUND);
    world.server.load(
        "Binary/p2-context",
        binary(
            "p2-context",
            LABEL + ",\"securityContext\":{\"reference\":\"Observation/p2-plain\"},"));
    assertNotice(world.read("Binary/p2-context"), GROUND);
  }

  @Test
  @DisplayName("EXP-7 of a stored Bundle, and of what is told about a record, the label counts")
  void heldAndTold() {
    String entry = "{\"resource\":%s}";
    world.server.load(
        "Bundle/p2-held",
        "{\"resourceType\":\"Bundle\",\"id\":\"p2-held\",\"type\":\"collection\",\"entry\":["
            + entry.formatted(
                GatedServer.observationOf(
                    "p2-in-1", LABEL + ",\"subject\":{\"reference\":\"Patient/p2\"}"))
            + ","
            + entry.formatted(
                GatedServer.observationOf(
                    "p2-in-2", "\"subject\":{\"reference\":\"Patient/p2-other\"}"))
            + "]}");
    HttpResponse<String> held = world.read("Bundle/p2-held");
    assertNotice(held, GROUND);
    assertThat(held.body()).doesNotContain("OperationOutcome");
    HttpResponse<String> told = world.read("Provenance?target=Observation/p2-sud");
    assertNotice(told, GROUND);
    assertNothing(world.read("Provenance?target=Observation/p2-plain"));
  }

  @Test
  @DisplayName("EXP-7 an attachment that a host's HAPI streams has it, a refused one has not")
  void streamedAttachments() {
    for (String id : List.of("p2-att-sud", "p2-att-plain")) {
      world.server.load(
          "DocumentReference/" + id,
          """
          {"resourceType":"DocumentReference","id":"%s",%s,"status":"current",
           "subject":{"reference":"Patient/p2"},
           "content":[{"attachment":{"contentType":"text/plain","data":"aGVsbG8="}}]}
          """
              .formatted(id, id.endsWith("sud") ? LABEL : "\"language\":\"en\""));
    }
    BinaryAccessProvider attachments = world.server.server().bean(BinaryAccessProvider.class);
    world.server.server().bean(RestfulServer.class).registerProvider(attachments);
    try {
      String stream = "/$binary-access-read?path=DocumentReference.content.attachment";
      HttpResponse<String> labelled = world.read("DocumentReference/p2-att-sud" + stream);
      assertThat(labelled.body()).isEqualTo("hello");
      assertNotice(labelled, GROUND);
      assertNothing(world.read("DocumentReference/p2-att-plain" + stream));
      assertNothing(world.server.get(world.stranger, "DocumentReference/p2-att-sud" + stream));
      assertNothing(world.server.get(world.reader, "DocumentReference/p2-att-sud" + stream + "x"));
    } finally {
      world.server.server().bean(RestfulServer.class).unregisterProvider(attachments);
    }
  }

  private static String binary(String id, String more) {
    return "{\"resourceType\":\"Binary\",\"id\":\"%s\",%s\"contentType\":\"text/plain\",\"data\":\"aGVsbG8=\"}"
        .formatted(id, more);
  }

  @Test
  @DisplayName("EXP-7 a downloaded file of an export has the notice of its lines")
  void exports() {
    String exporter =
        world.server.tokens().of("Practitioner/p2-reader", "", "system/*.rs", "TREAT");
    HttpResponse<String> started =
        world.server.ask(
            exporter, "GET", "$export?_type=Observation", "", "Prefer", "respond-async");
    String poll =
        JournalReader.path(started.headers().firstValue("Content-Location").orElseThrow());
    await().atMost(120, SECONDS).until(() -> world.server.get(exporter, poll).statusCode() == 200);
    boolean told = false;
    for (JsonNode output :
        JournalReader.parse(world.server.get(exporter, poll).body()).path("output")) {
      HttpResponse<String> file =
          world.server.get(exporter, JournalReader.path(output.path("url").asText()));
      if (lines(file).contains("\"p2-sud\"")) {
        assertThat(file.headers().allValues("Part2-Notice")).containsExactly(NOTICE);
        assertThat(file.headers().allValues("Part2-Ground")).contains(GROUND);
        assertThat(lines(file)).doesNotContain("CFR part 2");
        told = true;
      }
    }
    assertThat(told).isTrue();
  }

  private static String lines(HttpResponse<String> file) {
    String data = JournalReader.parse(file.body()).path("data").asText();
    return new String(Base64.getDecoder().decode(data), UTF_8);
  }

  @Test
  @DisplayName("EXP-7 a notification of a labelled record has it in its headers, no other has")
  void notifications() throws IOException {
    Map<String, Headers> sent = new ConcurrentHashMap<>();
    DeliveryListener.Heard heard =
        (exchange, body) ->
            sent.put(JournalReader.parse(body).path("id").asText(), exchange.getRequestHeaders());
    try (DeliveryListener listener = new DeliveryListener(heard)) {
      world.server.subscribe(world.reader, "Observation?status=final", listener);
      for (String id : List.of("p2-sent-1", "p2-sent-2", "p2-sent-3")) {
        world.labelled(id, "p2", id.endsWith("2") ? "\"language\":\"en\"" : LABEL);
        await().atMost(60, SECONDS).until(() -> sent.containsKey(id));
      }
      for (String id : List.of("p2-sent-1", "p2-sent-3")) {
        assertThat(Objects.requireNonNull(sent.get(id)).get("Part2-Notice"))
            .containsExactly(NOTICE);
        assertThat(sent.get(id).get("Part2-Ground")).containsExactly(GROUND);
      }
      assertThat(sent.get("p2-sent-2")).doesNotContainKeys("Part2-notice", "Part2-ground");
    }
  }

  /** Ends every answer with an error, after the gate let it pass. */
  @Interceptor
  public static final class Failing {
    /** Whatever is answered. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void leaving() {
      throw new ForbiddenOperationException("failing on purpose");
    }
  }

  @Test
  @DisplayName("EXP-7 an error in the place of an answer, from whomever, has no notice")
  void errors() {
    Failing failing = new Failing();
    world.server.server().bean(RestfulServer.class).registerInterceptor(failing);
    try {
      HttpResponse<String> answer = world.server.get(world.reader, "Observation/p2-sud");
      assertThat(answer.body()).contains("failing on purpose");
      assertNothing(answer);
    } finally {
      world.server.server().bean(RestfulServer.class).unregisterInterceptor(failing);
    }
  }

  @Test
  @DisplayName("EXP-7 a page that another interceptor writes for a browser has it too")
  void pagesForBrowsers() {
    ResponseHighlighterInterceptor pages = new ResponseHighlighterInterceptor();
    world.server.server().bean(RestfulServer.class).registerInterceptor(pages);
    try {
      HttpResponse<String> page = world.read("Observation/p2-sud?_format=html/json");
      assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
      assertNotice(page, GROUND);
    } finally {
      world.server.server().bean(RestfulServer.class).unregisterInterceptor(pages);
    }
  }

  @Test
  @DisplayName("EXP-7 the answer to a write has it where it holds the record")
  void writes() {
    String body =
        GatedServer.observationOf(
            "p2-written", LABEL + ",\"subject\":{\"reference\":\"Patient/p2\"}");
    world.server.load("Observation/p2-written", body);
    HttpResponse<String> answer =
        world.server.ask(
            world.reader,
            "PUT",
            "Observation/p2-written",
            body.replace("final", "amended"),
            "Prefer",
            "return=representation");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("amended");
    assertNotice(answer, GROUND);
    HttpResponse<String> unseen =
        world.server.ask(
            world.server.tokens().loader(),
            "PUT",
            "Observation/p2-written",
            body,
            "Prefer",
            "return=representation");
    assertThat(unseen.statusCode()).isEqualTo(200);
    assertNothing(unseen);
  }
}
