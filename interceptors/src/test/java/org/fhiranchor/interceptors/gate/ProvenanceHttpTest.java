package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.LogStore;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Provenance that the log knows of, over HTTP, for those who may see what it is about. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ProvenanceHttpTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();
  private static final String CLIENTS =
      "{\"resourceType\":\"Provenance\",\"target\":[{\"reference\":\"Observation/pv-seen\"}],"
          + "\"recorded\":\"2026-01-01T00:00:00Z\","
          + "\"agent\":[{\"who\":{\"reference\":\"Practitioner/pv-reader\"}}]}";

  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String reader;
  private String stranger;
  private Instant between;

  @BeforeAll
  void seed() {
    for (String patient : List.of("pv-open", "pv-shut")) {
      server.patient(patient);
    }
    server.observation("pv-seen", "pv-open");
    server.observation("pv-hidden", "pv-shut");
    server.consent("pv-consent", "pv-open", "pv-reader", "TREAT");
    reader = server.tokens().practitioner("pv-reader", "TREAT");
    stranger = server.tokens().practitioner("pv-stranger", "TREAT");
    settled();
    between = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    HttpResponse<String> changed =
        server.ask(
            reader,
            "PUT",
            "Observation/pv-seen",
            GatedServer.observationOf(
                "pv-seen",
                "\"subject\":{\"reference\":\"Patient/pv-open\"},\"issued\":\"2026-01-01T00:00:00Z\""));
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    settled();
  }

  private void settled() {
    LogStore log = server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
  }

  private Bundle search(String token, String query) {
    HttpResponse<String> answer = server.get(token, query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return R4.newJsonParser().parseResource(Bundle.class, answer.body());
  }

  private static List<String> ids(Bundle bundle) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .map(resource -> resource.getIdElement().getIdPart())
        .toList();
  }

  private Provenance read(String token, String id) {
    HttpResponse<String> answer = server.get(token, "Provenance/" + id);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return R4.newJsonParser().parseResource(Provenance.class, answer.body());
  }

  private void assertSameRefusal(String token, String hidden, String missing) {
    HttpResponse<String> one = server.get(token, hidden);
    HttpResponse<String> other = server.get(token, missing);
    assertThat(one.statusCode()).isEqualTo(other.statusCode()).isNotEqualTo(200);
    assertThat(one.body()).isEqualTo(other.body());
    assertThat(one.headers().map().keySet()).isEqualTo(other.headers().map().keySet());
  }

  @Test
  @DisplayName("PRV-1 every version has a Provenance: who, for whom, why, what, after what")
  void everyVersion() {
    assertThat(ids(search(reader, "Provenance?target=Observation/pv-seen&agent=pv-reader")))
        .contains("log.Observation.pv-seen.2");
    Provenance second = read(reader, "log.Observation.pv-seen.2");
    assertThat(second.getTargetFirstRep().getReference())
        .isEqualTo("Observation/pv-seen/_history/2");
    assertThat(second.getActivity().getCodingFirstRep().getCode()).isEqualTo("UPDATE");
    assertThat(second.getRecorded().toInstant()).isBetween(between, Instant.now());
    assertThat(second.getReasonFirstRep().getCodingFirstRep().getCode()).isEqualTo("TREAT");
    assertThat(agent(second, "author")).contains("Practitioner/pv-reader");
    assertThat(second.getAgent())
        .extracting(one -> one.getType().getCodingFirstRep().getCode())
        .startsWith("author")
        .endsWith("custodian");
    assertThat(revision(second)).contains("Observation/pv-seen/_history/1");
    Provenance first = read(reader, "log.Observation.pv-seen.1");
    assertThat(first.getActivity().getCodingFirstRep().getCode()).isEqualTo("CREATE");
    assertThat(revision(first)).isEmpty();
  }

  private static Optional<String> agent(Provenance provenance, String type) {
    return provenance.getAgent().stream()
        .filter(one -> one.getType().getCodingFirstRep().getCode().equals(type))
        .map(one -> one.getWho().getReference())
        .findFirst();
  }

  private static Optional<String> revision(Provenance provenance) {
    return provenance.getEntity().stream()
        .filter(one -> one.getRole() == ProvenanceEntityRole.REVISION)
        .map(one -> one.getWhat().getReference())
        .findFirst();
  }

  @Test
  @DisplayName("PRV-1 an anchored version names the anchor: transaction, block and root")
  void anchored() {
    Provenance provenance =
        await()
            .atMost(120, SECONDS)
            .until(
                () -> read(reader, "log.Observation.pv-seen.1"),
                one ->
                    one.getEntity().stream()
                        .anyMatch(entity -> entity.getRole() == ProvenanceEntityRole.SOURCE));
    JsonNode source =
        JournalReader.parse(R4.newJsonParser().encodeResourceToString(provenance))
            .path("entity")
            .get(0);
    assertThat(source.path("what").path("identifier").path("value").asText())
        .matches("urn:eip155:[0-9]+:tx:0x[0-9a-f]{64}");
    assertThat(source.path("extension").get(0).path("extension"))
        .extracting(one -> one.path("url").asText())
        .containsExactly("contract", "transaction", "block", "size", "root", "finality");
  }

  @Test
  @DisplayName("PRV-1 a deletion has a Provenance too, for whom could see what was deleted")
  void deletions() {
    server.observation("pv-gone", "pv-open");
    HttpResponse<String> deleted =
        server.ask(server.tokens().loader(), "DELETE", "Observation/pv-gone", "");
    assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(200);
    settled();
    Provenance last = read(reader, "log.Observation.pv-gone.2");
    assertThat(last.getActivity().getCodingFirstRep().getCode()).isEqualTo("DELETE");
    assertThat(revision(last)).contains("Observation/pv-gone/_history/1");
    assertSameRefusal(
        stranger, "Provenance/log.Observation.pv-gone.2", "Provenance/log.Observation.pv-none.2");
  }

  @Test
  @DisplayName("PRV-1 what is derived passes HAPI's validator with no error")
  void valid() {
    FhirValidator validator =
        R4.newValidator()
            .registerValidatorModule(
                new FhirInstanceValidator(server.server().bean(IValidationSupport.class)));
    List<SingleValidationMessage> errors = new ArrayList<>();
    for (BundleEntryComponent entry :
        search(reader, "Provenance?target=Observation/pv-seen").getEntry()) {
      validator.validateWithResult(entry.getResource()).getMessages().stream()
          .filter(one -> one.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
          .forEach(errors::add);
    }
    assertThat(errors).isEmpty();
  }

  @Test
  @DisplayName("PRV-2 whoever may not see the target gets what a missing one gives")
  void hiddenIsMissing() {
    assertSameRefusal(
        reader, "Provenance/log.Observation.pv-hidden.1", "Provenance/log.Observation.pv-none.1");
    assertSameRefusal(
        reader,
        "Provenance/log.Observation.pv-seen.2/_history/1",
        "Provenance/log.Observation.pv-none.1/_history/1");
    for (String query :
        List.of(
            "target=Observation/%s",
            "target=%s",
            "target:Observation=%s",
            "_id=log.Observation.%s.1",
            "target=Observation/%s&_total=accurate",
            "target=Observation/%s&_summary=count",
            "target=Observation/%s&recorded=ge2020-01-01")) {
      Bundle hidden = search(reader, "Provenance?" + query.formatted("pv-hidden"));
      Bundle missing = search(reader, "Provenance?" + query.formatted("pv-none"));
      assertThat(hidden.getEntry()).as(query).isEmpty();
      assertThat(hidden.hasTotal()).as(query).isEqualTo(missing.hasTotal());
      assertThat(hidden.getTotal()).as(query).isZero();
      assertThat(missing.getTotal()).as(query).isZero();
    }
    assertThat(ids(search(stranger, "Provenance?target=Observation/pv-seen"))).isEmpty();
    assertThat(ids(search(reader, "Provenance?target=Observation/pv-seen,Observation/pv-hidden")))
        .contains("log.Observation.pv-seen.1")
        .doesNotContain("log.Observation.pv-hidden.1");
  }

  @Test
  @DisplayName("PRV-2 a token that does not reach the target's type sees no Provenance of it")
  void scopes() {
    String narrow = server.tokens().of("Practitioner/pv-reader", "", "user/Provenance.rs", "TREAT");
    assertThat(ids(search(narrow, "Provenance?target=Observation/pv-seen")))
        .noneMatch(id -> id.startsWith("log."));
    assertSameRefusal(
        narrow, "Provenance/log.Observation.pv-seen.1", "Provenance/log.Observation.pv-none.1");
    String other =
        server
            .tokens()
            .of("Practitioner/pv-reader", "pv-shut", "patient/*.rs launch/patient", "TREAT");
    assertThat(ids(search(other, "Provenance?target=Observation/pv-seen")))
        .noneMatch(id -> id.startsWith("log."));
  }

  @Test
  @DisplayName(
      "OWN-4 a token that does not reach the target's type sees no stored Provenance either")
  void scopesOfStoredOnes() {
    server.load(
        "Provenance/pv-kept", CLIENTS.replace("\"target\"", "\"id\":\"pv-kept\",\"target\""));
    assertThat(server.get(reader, "Provenance/pv-kept").statusCode()).isEqualTo(200);
    String narrow = server.tokens().of("Practitioner/pv-reader", "", "user/Provenance.rs", "TREAT");
    String other =
        server
            .tokens()
            .of("Practitioner/pv-reader", "pv-shut", "user/Provenance.rs patient/*.rs", "TREAT");
    for (String token : List.of(narrow, other)) {
      assertSameRefusal(token, "Provenance/pv-kept", "Provenance/pv-none");
      assertSameRefusal(token, "Provenance/pv-kept/_history/1", "Provenance/pv-none/_history/1");
      assertThat(ids(search(token, "Provenance?_id=pv-kept"))).isEmpty();
      assertThat(ids(search(token, "Provenance?target=Observation/pv-seen"))).isEmpty();
    }
    String both =
        server
            .tokens()
            .of("Practitioner/pv-reader", "", "user/Provenance.rs user/Observation.rs", "TREAT");
    assertThat(server.get(both, "Provenance/pv-kept").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("PRV-2 target, patient, agent, recorded and _id find what the log knows")
  void found() {
    assertThat(ids(search(reader, "Provenance?target=Observation/pv-seen&_total=accurate")))
        .contains("log.Observation.pv-seen.2", "log.Observation.pv-seen.1");
    assertThat(ids(search(reader, "Provenance?patient=pv-open")))
        .contains("log.Patient.pv-open.1")
        .doesNotContain("log.Observation.pv-seen.1");
    assertThat(ids(search(reader, "Provenance?agent=Practitioner/pv-reader")))
        .contains("log.Observation.pv-seen.2")
        .doesNotContain("log.Observation.pv-seen.1");
    String after = "recorded=ge" + between;
    assertThat(ids(search(reader, "Provenance?target=Observation/pv-seen&" + after)))
        .containsExactly("log.Observation.pv-seen.2");
    assertThat(ids(search(reader, "Provenance?" + after + "&agent=pv-reader&_sort=recorded")))
        .contains("log.Observation.pv-seen.2");
    assertThat(ids(search(reader, "Provenance?_id=log.Observation.pv-seen.1")))
        .containsExactly("log.Observation.pv-seen.1");
    assertThat(ids(search(reader, "Provenance?entity=Observation/pv-seen")))
        .contains("log.Observation.pv-seen.2")
        .doesNotContain("log.Observation.pv-seen.1");
  }

  @Test
  @DisplayName("PRV-2 what clients stored is found with it, page by page, each once")
  void together() {
    List<String> stored = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> made = server.ask(reader, "POST", "Provenance", CLIENTS);
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      stored.add(
          made.headers()
              .firstValue("Location")
              .orElseThrow()
              .split("/Provenance/", 2)[1]
              .split("/", 2)[0]);
    }
    settled();
    Bundle page = search(reader, "Provenance?target=Observation/pv-seen&_count=2");
    List<String> all = new ArrayList<>(ids(page));
    assertThat(all).hasSize(2).allMatch(id -> id.startsWith("log."));
    while (page.getLink(Bundle.LINK_NEXT) != null) {
      page = search(reader, JournalReader.path(page.getLink(Bundle.LINK_NEXT).getUrl()));
      assertThat(page.getEntry()).hasSizeBetween(1, 2);
      all.addAll(ids(page));
    }
    assertThat(all).doesNotHaveDuplicates().containsAll(stored);
    assertThat(all).contains("log.Observation.pv-seen.1", "log.Observation.pv-seen.2");
    assertThat(read(reader, "log.Provenance." + stored.get(0) + ".1").getTargetFirstRep())
        .satisfies(
            target ->
                assertThat(target.getReference())
                    .isEqualTo("Provenance/" + stored.get(0) + "/_history/1"));
  }

  @Test
  @DisplayName("PRV-2 _revinclude=Provenance:target brings them beside the hits, in batches too")
  void revinclude() {
    Bundle beside = search(reader, "Observation?_id=pv-seen&_revinclude=Provenance:target");
    assertThat(ids(beside)).startsWith("pv-seen").contains("log.Observation.pv-seen.2");
    assertThat(beside.getEntry().get(1).getSearch().getMode())
        .isEqualTo(Bundle.SearchEntryMode.INCLUDE);
    assertThat(ids(search(stranger, "Observation?_id=pv-seen&_revinclude=Provenance:target")))
        .isEmpty();
    HttpResponse<String> batch =
        server.ask(
            reader,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                + entry("Observation?_id=pv-seen&_revinclude=Provenance:target")
                + ","
                + entry("Provenance/log.Observation.pv-seen.1")
                + ","
                + entry("Provenance/log.Observation.pv-hidden.1")
                + "]}");
    assertThat(batch.body())
        .contains("log.Observation.pv-seen.2")
        .contains("\"id\":\"log.Observation.pv-seen.1\"")
        .doesNotContain("log.Observation.pv-hidden.1\"");
  }

  private static String entry(String url) {
    return "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}";
  }

  @Test
  @DisplayName("PRV-2 an id of the log's own is nobody's to store, and nothing derived is changed")
  void nobodyStoresThem() {
    for (String id : List.of("log.Observation.pv-seen.1", "log.anything")) {
      HttpResponse<String> put =
          server.ask(
              server.tokens().loader(),
              "PUT",
              "Provenance/" + id,
              CLIENTS.replace("\"target\"", "\"id\":\"" + id + "\",\"target\""));
      assertThat(put.statusCode()).as(put.body()).isEqualTo(422);
    }
  }

  @Test
  @DisplayName("DIS-4 a derived Provenance that was shown or refused is a record of its patient")
  void disclosed() {
    List<JsonNode> shown =
        journal.added("pv-open", () -> read(reader, "log.Observation.pv-seen.1"));
    assertThat(shown).hasSize(1);
    assertThat(shown.get(0).path("resources").toString())
        .contains("Provenance/log.Observation.pv-seen.1");
    List<JsonNode> listed =
        journal.added("pv-open", () -> search(reader, "Provenance?target=Observation/pv-seen"));
    assertThat(listed).hasSize(1);
    List<JsonNode> refused =
        journal.added(
            "pv-shut", () -> server.get(reader, "Provenance/log.Observation.pv-hidden.1"));
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).path("outcome").asText()).isEqualTo("refused");
  }

  @Test
  @DisplayName("PRV-3 a proof that is handed on does not tell who wrote")
  void proofs() {
    HttpResponse<String> proof = server.get(reader, "Observation/pv-seen/_history/2/$proof");
    assertThat(proof.statusCode()).as(proof.body()).isEqualTo(200);
    assertThat(proof.body()).contains("\"provenance\"").doesNotContain("pv-reader");
  }

  @Test
  @DisplayName("ANS-2 the CapabilityStatement says where Provenance comes from")
  void capability() {
    assertThat(server.get(reader, "metadata").body()).contains("derived from the log");
  }
}
