package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.binary.provider.BinaryAccessProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.interceptor.ResponseHighlighterInterceptor;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records under 42 CFR part 2 travel with the notice and the consent, and nothing else does. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class PartTwoHttpTest {
  private static final String NOTICE =
      "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
  private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  private static final String LABEL = label(ACT, "42CFRPart2");
  private static final String GROUND =
      "Consent/c-p2 permits Practitioner/p2-reader; for treatment (TREAT); until it is revoked."
          + " What it excepts is not told here.";

  private final GatedServer server = GatedServer.shared();
  private String reader;
  private String stranger;

  @BeforeAll
  void seed() {
    for (String patient : List.of("p2", "p2-other", "p2-hidden")) {
      server.patient(patient);
      labelled(patient + "-sud", patient, LABEL);
      server.observation(patient + "-plain", patient);
    }
    // a second recipient and what is denied are no business of the first
    server.consent(
        "c-p2",
        "p2",
        "p2-reader",
        "TREAT",
        "\"provision\":[{\"type\":\"deny\",\"securityLabel\":[{\"system\":\""
            + ACT
            + "\",\"code\":\"HIV\"}]}],");
    server.consent("c-p2-other", "p2-other", "p2-reader", "TREAT");
    reader = server.tokens().practitioner("p2-reader", "TREAT");
    stranger = server.tokens().practitioner("p2-stranger", "TREAT");
  }

  private static String label(String system, String code) {
    return "\"meta\":{\"security\":[{\"system\":\"" + system + "\",\"code\":\"" + code + "\"}]}";
  }

  private void labelled(String id, String patient, String label) {
    server.load(
        "Observation/" + id,
        GatedServer.observationOf(
            id, label + ",\"subject\":{\"reference\":\"Patient/" + patient + "\"}"));
  }

  private HttpResponse<String> read(String path, String... headers) {
    HttpResponse<String> answer = server.ask(reader, "GET", path, "", headers);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return answer;
  }

  private static void assertNotice(HttpResponse<String> answer, String... grounds) {
    assertThat(answer.headers().allValues("Part2-Notice")).containsExactly(NOTICE);
    assertThat(answer.headers().allValues("Part2-Ground")).containsExactlyInAnyOrder(grounds);
  }

  private static void assertNothing(HttpResponse<String> answer) {
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("part2"));
    assertThat(answer.body()).doesNotContain("CFR part 2");
  }

  private static Bundle bundle(HttpResponse<String> answer) {
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  private static List<BundleEntryComponent> outcomes(Bundle bundle) {
    return bundle.getEntry().stream()
        .filter(entry -> entry.getSearch().getMode() == SearchEntryMode.OUTCOME)
        .toList();
  }

  private static void assertTells(Resource outcome, String... grounds) {
    List<OperationOutcome.OperationOutcomeIssueComponent> issues =
        ((OperationOutcome) outcome).getIssue();
    assertThat(issues.get(0).getDetails().getText()).isEqualTo(NOTICE);
    assertThat(issues.get(0).getDetails().getCodingFirstRep().getCode()).isEqualTo("42CFRPart2");
    assertThat(issues.stream().skip(1).map(one -> one.getDiagnostics()))
        .containsExactlyInAnyOrder(grounds);
    assertThat(issues).allMatch(one -> one.getSeverity().toCode().equals("information"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Observation/p2-sud",
        "Observation/p2-sud/_history/1",
        "Observation/p2-sud?_elements=status",
        "Observation/p2-sud?_summary=true",
        "Observation/p2-sud?_format=xml"
      })
  @DisplayName("EXP-7 a labelled record is read with the notice and the consent in headers")
  void readsOfOne(String path) {
    HttpResponse<String> answer = read(path);
    assertNotice(answer, GROUND);
    assertThat(answer.body()).doesNotContain("CFR part 2", "Consent/");
  }

  @Test
  @DisplayName("EXP-7 HEAD has the headers of GET, 304 has no record and no notice")
  void headAndNotModified() {
    HttpResponse<String> head = server.ask(reader, "HEAD", "Observation/p2-sud", "");
    assertThat(head.statusCode()).isEqualTo(200);
    assertNotice(head, GROUND);
    HttpResponse<String> same =
        server.ask(reader, "GET", "Observation/p2-sud", "", "If-None-Match", "W/\"1\"");
    assertThat(same.statusCode()).isEqualTo(304);
    assertNothing(same);
  }

  @Test
  @DisplayName("EXP-7 what is not labelled, and what is refused, carries no notice")
  void nothingElse() {
    assertNothing(read("Observation/p2-plain"));
    assertNothing(read("Observation?patient=p2&_id=p2-plain"));
    HttpResponse<String> hidden = server.get(reader, "Observation/p2-hidden-sud");
    HttpResponse<String> missing = server.get(reader, "Observation/p2-not-there");
    assertThat(hidden.statusCode()).isEqualTo(403);
    assertThat(hidden.body()).isEqualTo(missing.body());
    assertThat(hidden.headers().map().keySet()).isEqualTo(missing.headers().map().keySet());
    assertNothing(hidden);
    for (String path :
        List.of(
            "Observation/p2-sud", "Observation/p2-sud/_history", "Observation?_id=p2-sud")) {
      assertNothing(server.get(stranger, path));
    }
  }

  @Test
  @DisplayName("EXP-7 a patient at their own record is no disclosure: no notice")
  void ownRecord() {
    HttpResponse<String> own = server.get(server.tokens().patient("p2"), "Observation/p2-sud");
    assertThat(own.statusCode()).isEqualTo(200);
    assertNothing(own);
    assertThat(own.body()).isEqualTo(read("Observation/p2-sud").body());
    assertNothing(server.get(server.tokens().patient("p2"), "Patient/p2/$everything"));
  }

  @Test
  @DisplayName("EXP-7 a search tells it in one more entry, which its total does not count")
  void searches() {
    HttpResponse<String> answer = read("Observation?patient=p2&_id=p2-sud,p2-plain&_sort=_id&_total=accurate");
    assertNotice(answer, GROUND);
    Bundle found = bundle(answer);
    assertThat(found.getTotal()).isEqualTo(2);
    assertThat(found.getEntry()).hasSize(3);
    BundleEntryComponent last = found.getEntry().get(2);
    assertThat(outcomes(found)).containsExactly(last);
    assertTells(last.getResource(), GROUND);
    List<StringType> where =
        ((OperationOutcome) last.getResource()).getIssue().get(1).getExpression();
    assertThat(where).extracting(StringType::getValue).containsExactly("Bundle.entry[1]");
    assertThat(found.getEntry().get(1).getResource().getIdPart()).isEqualTo("p2-sud");
    HttpResponse<String> counted = read("Observation?_id=p2-sud,p2-plain&_summary=count");
    assertThat(bundle(counted).getTotal()).isEqualTo(2);
    assertThat(bundle(counted).getEntry()).isEmpty();
    assertNotice(counted, GROUND);
  }

  @Test
  @DisplayName("EXP-7 each page tells of what is on it, and of no consent for what is hidden")
  void pages() {
    String query = "Observation?_id=p2-sud,p2-plain,p2-other-sud,p2-hidden-sud&_sort=_id&_count=1";
    List<List<String>> told = new ArrayList<>();
    Optional<String> next = Optional.of(query);
    while (next.isPresent()) {
      HttpResponse<String> page = read(next.get());
      Bundle bundle = bundle(page);
      told.add(page.headers().allValues("Part2-Ground"));
      assertThat(outcomes(bundle)).hasSize(told.get(told.size() - 1).isEmpty() ? 0 : 1);
      assertThat(page.body()).doesNotContain("secret-p2-hidden");
      next =
          Optional.ofNullable(bundle.getLink(Bundle.LINK_NEXT))
              .map(link -> JournalReader.path(link.getUrl()));
    }
    String other = GROUND.replace("c-p2", "c-p2-other");
    assertThat(told).containsExactly(List.of(other), List.of(), List.of(GROUND));
  }

  @Test
  @DisplayName("EXP-7 a history tells it beside each version, $everything as a search does")
  void historyAndEverything() {
    HttpResponse<String> answer = read("Observation/p2-sud/_history");
    assertNotice(answer, GROUND);
    Bundle history = bundle(answer);
    assertThat(history.getTotal()).isEqualTo(1);
    assertThat(history.getEntry()).hasSize(1);
    assertTells(history.getEntryFirstRep().getResponse().getOutcome(), GROUND);
    HttpResponse<String> everything = read("Patient/p2/$everything");
    assertNotice(everything, GROUND);
    assertThat(outcomes(bundle(everything))).hasSize(1);
  }

  @Test
  @DisplayName("EXP-7 each entry of a batch tells its own")
  void batches() {
    HttpResponse<String> answer =
        server.ask(
            reader,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                + String.join(
                    ",",
                    Stream.of(
                            "Observation/p2-sud",
                            "Observation/p2-plain",
                            "Observation/p2-hidden-sud",
                            "Observation?_id=p2-other-sud")
                        .map(
                            url ->
                                "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}")
                        .toList())
                + "]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String other = GROUND.replace("c-p2", "c-p2-other");
    assertNotice(answer, GROUND, other);
    List<BundleEntryComponent> entries = bundle(answer).getEntry();
    assertTells(entries.get(0).getResponse().getOutcome(), GROUND);
    assertThat(entries.get(1).getResponse().hasOutcome()).isFalse();
    assertThat(entries.get(2).getResponse().getStatus()).startsWith("403");
    Bundle search = (Bundle) entries.get(3).getResource();
    assertTells(outcomes(search).get(0).getResource(), other);
  }

  @Test
  @DisplayName("EXP-7 broken glass says so, where a consent would be named")
  void brokenGlass() {
    server.load("Practitioner/p2-medic", "{\"resourceType\":\"Practitioner\",\"id\":\"p2-medic\"}");
    HttpResponse<String> answer =
        server.ask(
            server.tokens().practitioner("p2-medic", "BTG"),
            "GET",
            "Observation/p2-hidden-sud",
            "",
            AccessSubject.BREAK_GLASS_HEADER,
            "unconscious");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertNotice(
        answer, "medical emergency (42 CFR 2.51): the glass was broken, no consent permitted this");
  }

  @Test
  @DisplayName("EXP-7 what is shown is byte for byte what is stored: its proof verifies")
  void provenAsStored() {
    await()
        .atMost(30, SECONDS)
        .until(() -> server.get(reader, "Observation/p2-sud/$proof").body().contains("\"anchor\""));
    HttpResponse<String> answer = read("Observation/p2-sud");
    assertNotice(answer, GROUND);
    byte[] proof = server.get(reader, "Observation/p2-sud/$proof").body().getBytes(UTF_8);
    Verdict verdict =
        Verification.ofResource(
            answer.body().getBytes(UTF_8),
            proof,
            server.server().bean(LogSigningKey.class).verifierKey(),
            server.server().bean(LedgerEvidence.class).of(ProofFile.parse(proof)));
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    String found =
        JournalReader.parse(read("Observation?_id=p2-sud").body())
            .path("entry")
            .get(0)
            .path("resource")
            .toString();
    assertThat(found).isEqualTo(JournalReader.parse(answer.body()).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://terminology.hl7.org/CodeSystem/v3-ActCode|2018-08-12",
        "http://hl7.org/fhir/v3/ActCode",
        "urn:oid:2.16.840.1.113883.5.4",
        "http://terminology.hl7.org/CodeSystem/v3-ActUSPrivacyLaw",
        "http://hl7.org/fhir/v3/ActUSPrivacyLaw",
        "urn:oid:2.16.840.1.113883.5.1138"
      })
  @DisplayName("EXP-7 the label counts in every published spelling of its systems")
  void spellings(String system) {
    labelled("p2-spelled", "p2", label(system, "42CFRPart2"));
    assertNotice(read("Observation/p2-spelled"), GROUND);
  }

  @Test
  @DisplayName("EXP-7 sensitivity of alcohol or drugs alone is not the label of this law")
  void sensitivityAlone() {
    labelled("p2-eth", "p2", label(ACT, "ETH"));
    assertNothing(read("Observation/p2-eth"));
  }

  @Test
  @DisplayName("EXP-7 labels inside, and on what a Binary belongs to, count as those on top")
  void carried() {
    server.load(
        "Observation/p2-inline",
        GatedServer.observationOf(
            "p2-inline",
            """
            "subject":{"reference":"Patient/p2"},"note":[{"text":"x","extension":[{
             "url":"http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label",
             "valueCoding":{"system":"%s","code":"42CFRPart2"}}]}]
            """
                .formatted(ACT)));
    assertNotice(read("Observation/p2-inline"), GROUND);
    server.load("Binary/p2-scan", binary("p2-scan", ""));
    server.load(
        "DocumentReference/p2-doc",
        """
        {"resourceType":"DocumentReference","id":"p2-doc",%s,"status":"current",
         "subject":{"reference":"Patient/p2"},"content":[{"attachment":{"url":"Binary/p2-scan"}}]}
        """
            .formatted(LABEL));
    HttpResponse<String> raw = read("Binary/p2-scan", "Accept", "text/plain");
    assertNotice(raw, GROUND);
    server.load(
        "Binary/p2-context",
        binary(
            "p2-context",
            LABEL + ",\"securityContext\":{\"reference\":\"Observation/p2-plain\"},"));
    assertNotice(read("Binary/p2-context"), GROUND);
  }

  @Test
  @DisplayName("EXP-7 of a stored Bundle, and of what is told about a record, the label counts")
  void heldAndTold() {
    String entry = "{\"resource\":%s}";
    server.load(
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
    HttpResponse<String> held = read("Bundle/p2-held");
    assertNotice(held, GROUND);
    assertThat(held.body()).doesNotContain("OperationOutcome");
    HttpResponse<String> told = read("Provenance?target=Observation/p2-sud");
    assertNotice(told, GROUND);
    assertNothing(read("Provenance?target=Observation/p2-plain"));
  }

  @Test
  @DisplayName("EXP-7 an attachment that a host's HAPI streams has it, a refused one has not")
  void streamedAttachments() {
    for (String id : List.of("p2-att-sud", "p2-att-plain")) {
      server.load(
          "DocumentReference/" + id,
          """
          {"resourceType":"DocumentReference","id":"%s",%s,"status":"current",
           "subject":{"reference":"Patient/p2"},
           "content":[{"attachment":{"contentType":"text/plain","data":"aGVsbG8="}}]}
          """
              .formatted(id, id.endsWith("sud") ? LABEL : "\"language\":\"en\""));
    }
    BinaryAccessProvider attachments = server.server().bean(BinaryAccessProvider.class);
    server.server().bean(RestfulServer.class).registerProvider(attachments);
    try {
      String stream = "/$binary-access-read?path=DocumentReference.content.attachment";
      HttpResponse<String> labelled = read("DocumentReference/p2-att-sud" + stream);
      assertThat(labelled.body()).isEqualTo("hello");
      assertNotice(labelled, GROUND);
      assertNothing(read("DocumentReference/p2-att-plain" + stream));
      assertNothing(server.get(stranger, "DocumentReference/p2-att-sud" + stream));
      assertNothing(server.get(reader, "DocumentReference/p2-att-sud" + stream + "x"));
    } finally {
      server.server().bean(RestfulServer.class).unregisterProvider(attachments);
    }
  }

  private static String binary(String id, String more) {
    return "{\"resourceType\":\"Binary\",\"id\":\"%s\",%s\"contentType\":\"text/plain\",\"data\":\"aGVsbG8=\"}"
        .formatted(id, more);
  }

  @Test
  @DisplayName("EXP-7 a downloaded file of an export has the notice of its lines")
  void exports() {
    String exporter = server.tokens().of("Practitioner/p2-reader", "", "system/*.rs", "TREAT");
    HttpResponse<String> started =
        server.ask(exporter, "GET", "$export?_type=Observation", "", "Prefer", "respond-async");
    String poll =
        JournalReader.path(started.headers().firstValue("Content-Location").orElseThrow());
    await().atMost(120, SECONDS).until(() -> server.get(exporter, poll).statusCode() == 200);
    boolean told = false;
    for (JsonNode output :
        JournalReader.parse(server.get(exporter, poll).body()).path("output")) {
      HttpResponse<String> file =
          server.get(exporter, JournalReader.path(output.path("url").asText()));
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
  @DisplayName("EXP-7 a revoked consent permits nothing more, and is told no more")
  void revoked() {
    server.patient("p2-revoking");
    labelled("p2-revoking-sud", "p2-revoking", LABEL);
    server.consent("c-p2-revoking", "p2-revoking", "p2-reader", "TREAT");
    assertThat(read("Observation/p2-revoking-sud").headers().allValues("Part2-Ground")).hasSize(1);
    server.revoke("c-p2-revoking", "p2-revoking");
    await()
        .atMost(30, SECONDS)
        .until(() -> server.get(reader, "Observation/p2-revoking-sud").statusCode() == 403);
    assertNothing(server.get(reader, "Observation/p2-revoking-sud"));
  }

  @Test
  @DisplayName("EXP-7 a notification of a labelled record has it in its headers, no other has")
  void notifications() throws IOException {
    Map<String, Headers> sent = new ConcurrentHashMap<>();
    HttpServer listener =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          sent.put(JournalReader.parse(body).path("id").asText(), exchange.getRequestHeaders());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    listener.start();
    try {
      subscribe(listener.getAddress().getPort());
      for (String id : List.of("p2-sent-1", "p2-sent-2", "p2-sent-3")) {
        labelled(id, "p2", id.endsWith("2") ? "\"language\":\"en\"" : LABEL);
        await().atMost(60, SECONDS).until(() -> sent.containsKey(id));
      }
      for (String id : List.of("p2-sent-1", "p2-sent-3")) {
        assertThat(sent.get(id).get("Part2-Notice")).containsExactly(NOTICE);
        assertThat(sent.get(id).get("Part2-Ground")).containsExactly(GROUND);
      }
      assertThat(sent.get("p2-sent-2")).doesNotContainKeys("Part2-notice", "Part2-ground");
    } finally {
      listener.stop(0);
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
    server.server().bean(RestfulServer.class).registerInterceptor(failing);
    try {
      HttpResponse<String> answer = server.get(reader, "Observation/p2-sud");
      assertThat(answer.body()).contains("failing on purpose");
      assertNothing(answer);
    } finally {
      server.server().bean(RestfulServer.class).unregisterInterceptor(failing);
    }
  }

  @Test
  @DisplayName("EXP-7 a page that another interceptor writes for a browser has it too")
  void pagesForBrowsers() {
    ResponseHighlighterInterceptor pages = new ResponseHighlighterInterceptor();
    server.server().bean(RestfulServer.class).registerInterceptor(pages);
    try {
      HttpResponse<String> page = read("Observation/p2-sud?_format=html/json");
      assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
      assertNotice(page, GROUND);
    } finally {
      server.server().bean(RestfulServer.class).unregisterInterceptor(pages);
    }
  }

  @Test
  @DisplayName("EXP-7 the answer to a write has it where it holds the record")
  void writes() {
    String body =
        GatedServer.observationOf(
            "p2-written", LABEL + ",\"subject\":{\"reference\":\"Patient/p2\"}");
    server.load("Observation/p2-written", body);
    HttpResponse<String> answer =
        server.ask(
            reader,
            "PUT",
            "Observation/p2-written",
            body.replace("final", "amended"),
            "Prefer",
            "return=representation");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("amended");
    assertNotice(answer, GROUND);
    HttpResponse<String> unseen =
        server.ask(
            server.tokens().loader(),
            "PUT",
            "Observation/p2-written",
            body,
            "Prefer",
            "return=representation");
    assertThat(unseen.statusCode()).isEqualTo(200);
    assertNothing(unseen);
  }

  private void subscribe(int port) {
    HttpResponse<String> made =
        server.ask(
            reader,
            "POST",
            "Subscription",
            """
            {"resourceType":"Subscription","status":"requested","reason":"test",
             "criteria":"Observation?status=final",
             "channel":{"type":"rest-hook","endpoint":"http://localhost:%d/","payload":"application/fhir+json"}}
            """
                .formatted(port));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String location = JournalReader.path(made.headers().firstValue("Location").orElseThrow());
    String id = location.substring(0, location.indexOf("/_history"));
    await().atMost(60, SECONDS).until(() -> server.get(reader, id).body().contains("\"active\""));
  }
}
