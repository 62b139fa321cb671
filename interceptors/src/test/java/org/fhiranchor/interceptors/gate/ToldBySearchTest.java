package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.LogStore;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search tells of a patient without showing it: whom it is led through, whom it counts. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ToldBySearchTest {
  private static final String OF_LED =
      "Medication?_has:MedicationRequest:medication:patient=ts-led";

  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private String doctor;
  private String emergency;

  @BeforeAll
  void seed() {
    server.load("Organization/ts-org", "{\"resourceType\":\"Organization\",\"id\":\"ts-org\"}");
    for (String patient : List.of("ts-led", "ts-other", "ts-shut")) {
      server.patient(patient);
      of(patient, "Medication", "m", "\"code\":{\"text\":\"m\"}");
      of(
          patient,
          "MedicationRequest",
          "r",
          "\"status\":\"active\",\"intent\":\"order\",\"medicationReference\":{\"reference\":\"Medication/m-%1$s\"},\"subject\":{\"reference\":\"Patient/%1$s\"}");
      of(
          patient,
          "Encounter",
          "e",
          "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"serviceProvider\":{\"reference\":\"Organization/ts-org\"},\"subject\":{\"reference\":\"Patient/%1$s\"}");
      of(
          patient,
          "Observation",
          "o",
          "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ts\",\"code\":\"c\"}]},\"encounter\":{\"reference\":\"Encounter/e-%1$s\"},\"subject\":{\"reference\":\"Patient/%1$s\"}");
    }
    server.consent("ts-c1", "ts-led", "ts-doctor", "TREAT");
    server.consent("ts-c2", "ts-other", "ts-doctor", "TREAT");
    doctor = server.tokens().practitioner("ts-doctor", "TREAT");
    emergency = server.tokens().practitioner("ts-er", "ETREAT");
  }

  private void of(String patient, String type, String id, String more) {
    String name = id + "-" + patient;
    server.load(
        type + "/" + name,
        "{\"resourceType\":\"%s\",\"id\":\"%s\",%s}"
            .formatted(type, name, more.formatted(patient)));
  }

  private static String coded(String path) {
    return path.replace("|", "%7C");
  }

  private Bundle read(String path) {
    return parsed(server.get(doctor, coded(path)));
  }

  private static Bundle parsed(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  private static List<String> resources(JsonNode record) {
    return record.path("resources").valueStream().map(JsonNode::asText).toList();
  }

  /** The one record that the request adds of the patient. */
  private JsonNode told(String patient, Runnable request) {
    List<JsonNode> added = journal.added(patient, request);
    assertThat(added).as(patient).hasSize(1);
    assertThat(added.get(0).path("outcome").asText()).isEqualTo("shown");
    return added.get(0);
  }

  private static String batch(String... urls) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[%s]}"
        .formatted(
            String.join(
                ",",
                Stream.of(urls)
                    .map(url -> "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}")
                    .toList()));
  }

  @ParameterizedTest
  @DisplayName("DIS-1 DIS-4 whose resources a search is led through is told, also without a hit")
  @CsvSource({
    OF_LED + ", MedicationRequest/r-ts-led",
    "Medication?_id=m-ts-led&_has:MedicationRequest:medication:status=active,"
        + " MedicationRequest/r-ts-led",
    "Organization?_has:Encounter:service-provider:patient=ts-led, Encounter/e-ts-led",
    "Organization?_has:Encounter:service-provider:_has:Observation:encounter:patient=ts-led,"
        + " Observation/o-ts-led",
    "Organization?_has:Encounter:service-provider:_has:Observation:encounter:patient=ts-led,"
        + " Encounter/e-ts-led",
    "Organization?_id=ts-none&_has:Encounter:service-provider:patient=ts-led, Encounter/e-ts-led",
    "Observation?status=cancelled&patient.family=Fts-led, Patient/ts-led",
    "Observation?status=cancelled&encounter.patient=ts-led, Encounter/e-ts-led",
    "Medication?_summary=count&_has:MedicationRequest:medication:patient=ts-led,"
        + " MedicationRequest/r-ts-led",
  })
  void ledThrough(String search, String resource) {
    JsonNode record = told("ts-led", () -> read(search));
    assertThat(resources(record)).contains(resource + "/_history/1");
    assertThat(record.path("rule").asText()).isEqualTo("CONSENT");
    assertThat(record.path("consents").toString()).contains("Consent/ts-c1");
    assertThat(record.path("interaction").asText()).startsWith("search-type ");
    assertThat(record.path("query").asText()).isNotEmpty();
    String entry = "entry GET " + search.substring(0, search.indexOf('?'));
    JsonNode inBatch = told("ts-led", () -> parsed(server.ask(doctor, "POST", "", batch(search))));
    assertThat(inBatch.path("interaction").asText()).isEqualTo(entry);
    assertThat(resources(inBatch)).contains(resource + "/_history/1");
    assertThat(inBatch.toString()).doesNotContain("ts-other");
  }

  @ParameterizedTest
  @DisplayName("DIS-4 an entry's search is told whatever way its URL is written")
  @ValueSource(strings = {"/", "/?", "/_search?", "?_count=10&"})
  void writtenOtherwise(String form) {
    String search = OF_LED.replace("?", form.contains("?") ? form : "?");
    String url = form.contains("?") ? search : form + search;
    JsonNode record =
        told(
            "ts-led",
            () ->
                assertThat(
                        parsed(server.ask(doctor, "POST", "", batch(url)))
                            .getEntryFirstRep()
                            .getResponse()
                            .getStatus())
                    .startsWith("200"));
    assertThat(resources(record)).contains("MedicationRequest/r-ts-led/_history/1");
  }

  @Test
  @DisplayName("DIS-4 a search led through a record whose glass is broken is an emergency's record")
  void brokenGlass() {
    JsonNode record =
        told(
            "ts-shut",
            () ->
                assertThat(
                        parsed(
                                server.ask(
                                    emergency,
                                    "GET",
                                    OF_LED.replace("ts-led", "ts-shut"),
                                    "",
                                    "X-Break-Glass-Reason",
                                    "unconscious"))
                            .getEntry())
                    .hasSize(1));
    assertThat(record.path("rule").asText()).isEqualTo("BREAK_GLASS");
    assertThat(record.toString()).contains("unconscious");
    assertThat(
            server.get(server.tokens().patient("ts-shut"), "Patient/ts-shut/$disclosures").body())
        .contains("110127");
  }

  @ParameterizedTest
  @DisplayName("DIS-1 a search that names a patient behind a chain is told to that patient")
  @ValueSource(
      strings = {
        "Medication?_has:MedicationRequest:medication:patient=ts-shut",
        "Organization?_has:Encounter:service-provider:subject=Patient/ts-shut",
        "Practitioner?_has:Patient:general-practitioner:_id=ts-shut",
        "Observation?encounter.patient=ts-shut",
        "Observation?encounter:Encounter.patient:Patient=ts-shut",
      })
  void named(String search) {
    JsonNode record = told("ts-shut", () -> assertThat(read(search).getEntry()).isEmpty());
    assertThat(resources(record)).isEmpty();
    JsonNode entry = told("ts-shut", () -> parsed(server.ask(doctor, "POST", "", batch(search))));
    assertThat(entry.path("interaction").asText()).startsWith("entry GET ");
  }

  @Test
  @DisplayName("DIS-1 a search led through two patients tells neither of the other")
  void ledThroughTwo() {
    String both = OF_LED + ",ts-other";
    JsonNode one = told("ts-led", () -> assertThat(read(both).getEntry()).hasSize(2));
    assertThat(one.toString()).doesNotContain("ts-other");
    assertThat(told("ts-other", () -> read(both)).toString()).doesNotContain("ts-led");
  }

  @Test
  @DisplayName("DIS-1 entries of a batch that ask the same of two types are told apart")
  void sameQueryOfTwoTypes() {
    String query = "?patient.family=Fts-led&_id=ts-none";
    List<JsonNode> added =
        journal.added(
            "ts-led",
            () ->
                parsed(
                    server.ask(
                        doctor,
                        "POST",
                        "",
                        batch("Observation" + query, "Encounter?status=planned", OF_LED))));
    assertThat(added)
        .extracting(record -> record.path("interaction").asText() + resources(record))
        .containsExactlyInAnyOrder(
            "entry GET Observation[Patient/ts-led/_history/1]",
            "entry GET Medication[MedicationRequest/r-ts-led/_history/1]");
  }

  private static final String OF_TWO = "Observation?code=urn:ts|c&_sort=_id";

  @ParameterizedTest
  @DisplayName("DIS-1 an answer that counts more than it holds is told to whoever is counted")
  @ValueSource(strings = {"&_count=1", "&_count=0", "&_summary=count", "&_count=1&_elements=id"})
  void counted(String more) {
    int shut = journal.records("ts-shut").size();
    int led = journal.records("ts-led").size();
    // HAPI may answer the second from what it stored for the first
    for (int time = 1; time <= 2; time++) {
      JsonNode record =
          told("ts-other", () -> assertThat(read(OF_TWO + more).getTotal()).isEqualTo(2));
      assertThat(resources(record)).containsExactly("Observation/o-ts-other/_history/1");
      assertThat(record.path("consents").toString()).contains("Consent/ts-c2");
      assertThat(record.toString()).doesNotContain("ts-led");
      assertThat(journal.records("ts-led")).hasSize(led + time);
    }
    JsonNode entry =
        told("ts-other", () -> parsed(server.ask(doctor, "POST", "", batch(OF_TWO + more))));
    assertThat(entry.path("interaction").asText()).isEqualTo("entry GET Observation");
    assertThat(journal.records("ts-shut")).hasSize(shut);
  }

  @ParameterizedTest
  @DisplayName("DIS-4 PRV-2 whoever a total of the log's Provenances counts is told")
  @ValueSource(
      strings = {
        "target=Observation/o-ts-other",
        "_id=log.Observation.o-ts-other.1",
        "target=Observation/o-ts-other&recorded=ge2000-01-01T00:00:00Z",
        "target=Observation/o-ts-other,Observation/o-ts-shut",
      })
  void countedProvenances(String query) {
    LogStore log = server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
    int shut = journal.records("ts-shut").size();
    for (String more : List.of("&_summary=count", "&_count=0")) {
      String search = "Provenance?" + query + more;
      assertCounts(told("ts-other", () -> assertThat(read(search).getTotal()).isEqualTo(1)));
      assertCounts(told("ts-other", () -> parsed(server.ask(doctor, "POST", "", batch(search)))));
      assertCounts(
          told(
              "ts-other",
              () ->
                  parsed(
                      server.askAs(
                          "application/x-www-form-urlencoded",
                          doctor,
                          "POST",
                          "Provenance/_search",
                          query + more))));
    }
    // whose resource is named is told of each of the six
    assertThat(journal.records("ts-shut")).hasSize(shut + (query.contains("ts-shut") ? 6 : 0));
  }

  private static void assertCounts(JsonNode record) {
    assertThat(resources(record)).containsExactly("Provenance/log.Observation.o-ts-other.1");
    assertThat(record.path("consents").toString()).contains("Consent/ts-c2");
  }

  @Test
  @DisplayName("DIS-1 a record names no other patient, and nothing of another's, as its target")
  void targetOfAnother() {
    server.patient("ts-beside");
    of(
        "ts-beside",
        "Observation",
        "f",
        "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"focus\":[{\"reference\":\"Patient/%s\"}],\"subject\":{\"reference\":\"Patient/ts-shut\"}");
    JsonNode shown =
        told(
            "ts-beside",
            () ->
                server.ask(
                    emergency,
                    "GET",
                    "Patient/ts-shut/$everything",
                    "",
                    "X-Break-Glass-Reason",
                    "unconscious"));
    assertThat(shown.path("target").asText()).isEqualTo("Patient/(another)");
    assertThat(shown.toString()).doesNotContain("ts-shut");
    for (String id : List.of("o-ts-shut", "o-ts-none")) {
      String body =
          GatedServer.observationOf(id, "\"subject\":{\"reference\":\"Patient/ts-beside\"}");
      List<JsonNode> refused =
          journal.added("ts-beside", () -> server.ask(doctor, "PUT", "Observation/" + id, body));
      assertThat(refused).hasSize(1);
      assertThat(refused.get(0).path("target").asText()).isEqualTo("Observation/(another)");
    }
  }

  @Test
  @DisplayName(
      "DIS-1 whoever a total counts is told when the search begins, and of each page again")
  void pages() {
    Bundle first = read(OF_TWO + "&_count=1");
    assertThat(first.getEntryFirstRep().getResource().getIdElement().getIdPart())
        .isEqualTo("o-ts-led");
    String next = JournalReader.path(first.getLink(Bundle.LINK_NEXT).getUrl());
    int led = journal.records("ts-led").size();
    JsonNode record = told("ts-other", () -> assertThat(read(next).getTotal()).isEqualTo(2));
    assertThat(resources(record)).containsExactly("Observation/o-ts-other/_history/1");
    assertThat(journal.records("ts-led")).hasSize(led);
  }

  @ParameterizedTest
  @DisplayName("DIS-4 a page that shows nothing is told to nobody")
  @CsvSource({
    "_count=1, _count=0",
    "_count=1, _count=1&_summary=count",
    "_count=1, _count=1&_elements=Bundle.total",
    "_count=1, _count=1&_elements:exclude=Bundle.entry",
    "_getpagesoffset=1, _getpagesoffset=2",
  })
  void emptyPages(String part, String instead) {
    for (String more : List.of("", "&_include=Observation:subject")) {
      Bundle first = read(OF_TWO + "&_count=1" + more);
      String next = JournalReader.path(first.getLink(Bundle.LINK_NEXT).getUrl());
      assertThat(next).contains(part);
      int led = journal.records("ts-led").size();
      assertThat(
              journal.added(
                  "ts-other",
                  () ->
                      assertThat(read(next.replace(part, instead)))
                          .satisfies(
                              page -> assertThat(page.getEntry()).isEmpty(),
                              page -> assertThat(page.getTotal()).isEqualTo(2))))
          .isEmpty();
      assertThat(journal.records("ts-led")).hasSize(led);
    }
  }
}
