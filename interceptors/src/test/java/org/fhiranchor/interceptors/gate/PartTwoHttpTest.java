package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.ACT;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.GROUND;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.LABEL;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.assertNothing;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.assertNotice;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.assertTells;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.bundle;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.label;
import static org.fhiranchor.interceptors.gate.PartTwoWorld.outcomes;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records under 42 CFR part 2 travel with the notice and the consent, and nothing else does. */
final class PartTwoHttpTest {
  private final PartTwoWorld world = PartTwoWorld.shared();

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
    HttpResponse<String> answer = world.read(path);
    assertNotice(answer, GROUND);
    assertThat(answer.body()).doesNotContain("CFR part 2", "Consent/");
  }

  @Test
  @DisplayName("EXP-7 HEAD has the headers of GET, 304 has no record and no notice")
  void headAndNotModified() {
    HttpResponse<String> head = world.server.ask(world.reader, "HEAD", "Observation/p2-sud", "");
    assertThat(head.statusCode()).isEqualTo(200);
    assertNotice(head, GROUND);
    HttpResponse<String> same =
        world.server.ask(world.reader, "GET", "Observation/p2-sud", "", "If-None-Match", "W/\"1\"");
    assertThat(same.statusCode()).isEqualTo(304);
    assertNothing(same);
  }

  @Test
  @DisplayName("EXP-7 what is not labelled, and what is refused, carries no notice")
  void nothingElse() {
    assertNothing(world.read("Observation/p2-plain"));
    assertNothing(world.read("Observation?patient=p2&_id=p2-plain"));
    HttpResponse<String> hidden = world.server.get(world.reader, "Observation/p2-hidden-sud");
    HttpResponse<String> missing = world.server.get(world.reader, "Observation/p2-not-there");
    assertThat(hidden.statusCode()).isEqualTo(403);
    assertThat(hidden.body()).isEqualTo(missing.body());
    assertThat(hidden.headers().map().keySet()).isEqualTo(missing.headers().map().keySet());
    assertNothing(hidden);
    for (String path :
        List.of("Observation/p2-sud", "Observation/p2-sud/_history", "Observation?_id=p2-sud")) {
      assertNothing(world.server.get(world.stranger, path));
    }
  }

  @Test
  @DisplayName("EXP-7 a patient at their own record is no disclosure: no notice")
  void ownRecord() {
    HttpResponse<String> own =
        world.server.get(world.server.tokens().patient("p2"), "Observation/p2-sud");
    assertThat(own.statusCode()).isEqualTo(200);
    assertNothing(own);
    assertThat(own.body()).isEqualTo(world.read("Observation/p2-sud").body());
    assertNothing(world.server.get(world.server.tokens().patient("p2"), "Patient/p2/$everything"));
  }

  @Test
  @DisplayName(
      "EXP-7 a labelled record of no patient carries the notice, and that no consent was asked")
  void ofNobody() {
    world.server.load(
        "Organization/p2-clinic",
        "{\"resourceType\":\"Organization\",\"id\":\"p2-clinic\",\"name\":\"Clinic\","
            + PartTwoWorld.LABEL
            + "}");
    assertNotice(world.read("Organization/p2-clinic"), "no consent was needed");
    assertNotice(world.read("Organization?_id=p2-clinic"), "no consent was needed");
    assertNotice(
        world.server.get(world.server.tokens().patient("p2"), "Organization/p2-clinic"),
        "no consent was needed");
    String binary =
        "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"AAAA\","
            + PartTwoWorld.LABEL
            + "}";
    String made =
        world
            .server
            .ask(world.reader, "POST", "Binary", binary)
            .headers()
            .firstValue("Location")
            .orElseThrow();
    String path = made.substring(made.indexOf("Binary/"), made.indexOf("/_history"));
    assertNotice(world.read(path), "no consent was needed");
    assertNotice(world.read(path, "Accept", "text/plain"), "no consent was needed");
  }

  @Test
  @DisplayName("EXP-7 a search tells it in one more entry, which its total does not count")
  void searches() {
    HttpResponse<String> answer =
        world.read("Observation?patient=p2&_id=p2-sud,p2-plain&_sort=_id&_total=accurate");
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
    HttpResponse<String> counted = world.read("Observation?_id=p2-sud,p2-plain&_summary=count");
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
      HttpResponse<String> page = world.read(next.get());
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
    HttpResponse<String> answer = world.read("Observation/p2-sud/_history");
    assertNotice(answer, GROUND);
    Bundle history = bundle(answer);
    assertThat(history.getTotal()).isEqualTo(1);
    assertThat(history.getEntry()).hasSize(1);
    assertTells(history.getEntryFirstRep().getResponse().getOutcome(), GROUND);
    HttpResponse<String> everything = world.read("Patient/p2/$everything");
    assertNotice(everything, GROUND);
    assertThat(outcomes(bundle(everything))).hasSize(1);
  }

  @Test
  @DisplayName("EXP-7 each entry of a batch tells its own")
  void batches() {
    HttpResponse<String> answer =
        world.server.ask(
            world.reader,
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
                        .map(url -> "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}")
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
  @DisplayName("EXP-7 what counts such a record, or is led through it, carries the notice")
  void countedAndLedThrough() {
    LogStore log = world.server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
    List<String> telling =
        List.of(
            "Observation?_id=p2-sud&_summary=count",
            "Patient?_has:Observation:subject:_id=p2-sud",
            "Provenance?target=Observation/p2-sud&_summary=count");
    List<String> others =
        List.of(
            "Observation?_id=p2-plain&_summary=count",
            "Patient?_has:Observation:subject:_id=p2-plain",
            "Observation?_id=p2-hidden-sud&_summary=count");
    telling.forEach(path -> assertNotice(world.read(path), GROUND));
    others.forEach(path -> assertNothing(world.read(path)));
    HttpResponse<String> answer =
        world.server.ask(
            world.reader,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                + String.join(
                    ",",
                    Stream.concat(telling.stream(), others.stream())
                        .map(url -> "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}")
                        .toList())
                + "]}");
    assertNotice(answer, GROUND);
    List<BundleEntryComponent> entries = bundle(answer).getEntry();
    for (int i = 0; i < telling.size(); i++) {
      assertTells(entries.get(i).getResponse().getOutcome(), GROUND);
      assertThat(entries.get(telling.size() + i).getResponse().hasOutcome()).isFalse();
    }
  }

  @Test
  @DisplayName("EXP-7 broken glass says so, where a consent would be named")
  void brokenGlass() {
    world.server.load(
        "Practitioner/p2-medic", "{\"resourceType\":\"Practitioner\",\"id\":\"p2-medic\"}");
    HttpResponse<String> answer =
        world.server.ask(
            world.server.tokens().practitioner("p2-medic", "BTG"),
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
        .atMost(120, SECONDS)
        .until(
            () ->
                JournalReader.parse(
                        world.server.get(world.reader, "Observation/p2-sud/$proof").body())
                    .path("anchor")
                    .isObject());
    HttpResponse<String> answer = world.read("Observation/p2-sud");
    assertNotice(answer, GROUND);
    byte[] proof =
        world.server.get(world.reader, "Observation/p2-sud/$proof").body().getBytes(UTF_8);
    Verdict verdict =
        Verification.ofResource(
            answer.body().getBytes(UTF_8),
            proof,
            world.server.server().bean(LogSigningKey.class).verifierKey(),
            world.server.server().bean(LedgerEvidence.class).of(ProofFile.parse(proof)));
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    String found =
        JournalReader.parse(world.read("Observation?_id=p2-sud").body())
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
    world.labelled("p2-spelled", "p2", label(system, "42CFRPart2"));
    assertNotice(world.read("Observation/p2-spelled"), GROUND);
  }

  @Test
  @DisplayName("EXP-7 sensitivity of alcohol or drugs alone is not the label of this law")
  void sensitivityAlone() {
    world.labelled("p2-eth", "p2", label(ACT, "ETH"));
    assertNothing(world.read("Observation/p2-eth"));
  }

  @Test
  @DisplayName("EXP-7 a revoked consent permits nothing more, and is told no more")
  void revoked() {
    world.server.patient("p2-revoking");
    world.labelled("p2-revoking-sud", "p2-revoking", LABEL);
    world.server.consent("c-p2-revoking", "p2-revoking", "p2-reader", "TREAT");
    assertThat(world.read("Observation/p2-revoking-sud").headers().allValues("Part2-Ground"))
        .hasSize(1);
    world.server.revoke("c-p2-revoking", "p2-revoking");
    await()
        .atMost(30, SECONDS)
        .until(
            () ->
                world.server.get(world.reader, "Observation/p2-revoking-sud").statusCode() == 403);
    assertNothing(world.server.get(world.reader, "Observation/p2-revoking-sud"));
  }
}
