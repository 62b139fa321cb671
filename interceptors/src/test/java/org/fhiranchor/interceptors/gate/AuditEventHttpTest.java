package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The journal's records as AuditEvents: read and search (AUD-1 to AUD-3). */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class AuditEventHttpTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private static final String MISSING = "AuditEvent/disclosure-" + "0".repeat(32);

  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private final Instant began = Instant.now();
  private String reader;
  private String stranger;
  private String officer;
  private String patient;

  /** One record each: read, search with hits and without, history, page, refusal, deletion. */
  @BeforeAll
  void seed() {
    for (String id : List.of("audited", "unaudited")) {
      server.patient(id);
      server.observation("a1-" + id, id);
      server.observation("a2-" + id, id);
    }
    server.consent("c-audited", "audited", "auditdoc", "TREAT");
    reader = server.tokens().practitioner("auditdoc", "TREAT");
    stranger = server.tokens().practitioner("auditnosy", "TREAT");
    officer =
        server.tokens().of("Practitioner/officer", "", "anchor/compliance.read user/AuditEvent.rs");
    patient = server.tokens().patient("audited");
    server.get(reader, "Observation/a1-audited");
    server.get(reader, "Observation?patient=audited");
    server.get(reader, "Observation?patient=audited&code=none");
    server.get(reader, "Observation/a1-audited/_history");
    server.get(reader, "Patient/audited/$everything");
    server.get(stranger, "Observation/a1-audited");
    server.get(reader, "Observation/a1-unaudited");
  }

  private Bundle search(String token, String query) {
    HttpResponse<String> answer = server.get(token, "AuditEvent" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FHIR.newJsonParser().parseResource(Bundle.class, answer.body());
  }

  private List<AuditEvent> found(String token, String query) {
    return search(token, query).getEntry().stream()
        .map(entry -> (AuditEvent) entry.getResource())
        .toList();
  }

  private static String interaction(AuditEvent event) {
    return event.getSubtype().get(event.getSubtype().size() - 1).getDisplay();
  }

  @Test
  @DisplayName("AUD-1 a patient searches and reads their own events, and nobody else's")
  void showsPatientsTheirOwn() {
    List<AuditEvent> own = found(patient, "?_count=1000");
    assertThat(own)
        .isNotEmpty()
        .allSatisfy(
            event ->
                assertThat(event.getEntity())
                    .anyMatch(one -> one.getWhat().getReference().equals("Patient/audited")));
    String id = own.get(0).getIdElement().getIdPart();
    assertThat(server.get(patient, "AuditEvent/" + id).body()).contains(id);
    assertThat(search(patient, "?patient=unaudited").getTotal()).isZero();
    String others = found(officer, "?patient=unaudited").get(0).getIdElement().getIdPart();
    HttpResponse<String> hidden = server.get(patient, "AuditEvent/" + others);
    assertThat(hidden.statusCode()).isEqualTo(403);
    assertThat(server.get(patient, MISSING).body()).isEqualTo(hidden.body());
  }

  @Test
  @DisplayName("AUD-1 a clinician sees no event of the journal, whatever a patient consents to")
  void showsCliniciansNone() {
    String id = found(officer, "?patient=audited").get(0).getIdElement().getIdPart();
    assertThat(ids(search(reader, "?patient=audited"))).noneMatch(JournaledAuditEvents::isId);
    assertThat(search(reader, "?_id=" + id).getEntry()).isEmpty();
    HttpResponse<String> hidden = server.get(reader, "AuditEvent/" + id);
    assertThat(hidden.statusCode()).isEqualTo(403);
    assertThat(server.get(reader, MISSING).body()).isEqualTo(hidden.body());
    assertThat(server.get("", "AuditEvent/" + id).statusCode()).isEqualTo(401);
    assertThat(server.get(server.tokens().loader(), "AuditEvent/" + id).statusCode())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("AUD-1 an officer searches by patient, agent, name, date, code and entity")
  void findsByEachParameter() {
    String about = "?_count=1000&patient=Patient/audited";
    assertThat(found(officer, about + "&agent=Practitioner/auditdoc&subtype=read"))
        .extracting(AuditEventHttpTest::interaction)
        .contains("read Observation")
        .doesNotContain("search-type Observation");
    assertThat(found(officer, about + "&action=R"))
        .extracting(AuditEvent::getAction)
        .isNotEmpty()
        .containsOnly(AuditEventAction.R);
    assertThat(found(officer, about + "&outcome=4"))
        .extracting(AuditEvent::getOutcome)
        .isNotEmpty()
        .containsOnly(AuditEventOutcome._4);
    assertThat(found(officer, about + "&outcome=4&agent=auditnosy")).isNotEmpty();
    assertThat(found(officer, about + "&agent-name=AUDITN")).isNotEmpty();
    assertThat(found(officer, about + "&agent-name=nobody")).isEmpty();
    assertThat(found(officer, about + "&type=rest")).isNotEmpty();
    assertThat(found(officer, about + "&type=http://x.example%7Crest")).isEmpty();
    assertThat(found(officer, about + "&entity=Observation/a1-audited")).isNotEmpty();
    assertThat(found(officer, about + "&entity=Observation/none")).isEmpty();
    String ended = began.minusSeconds(5).toString();
    assertThat(found(officer, about + "&date=ge" + ended)).isNotEmpty();
    assertThat(found(officer, about + "&date=lt" + ended)).isEmpty();
    assertThat(found(officer, about + "&_lastUpdated=lt" + ended)).isEmpty();
    assertThat(search(officer, about + "&_summary=count").getTotal()).isPositive();
  }

  @Test
  @DisplayName("AUD-1 pages lead through all events once, with one total, in the order asked for")
  void pages() {
    String until = Instant.now().toString();
    for (String sort : List.of("date", "-date")) {
      for (String filter : List.of("", "&agent=Practitioner/auditdoc")) {
        String query = "?patient=audited&date=lt" + until + "&_sort=" + sort + filter;
        List<String> all = ids(search(officer, query + "&_count=1000"));
        Bundle page = search(officer, query + "&_count=2");
        List<String> seen = new ArrayList<>(ids(page));
        while (page.getLink("next") != null) {
          assertThat(page.getTotal()).isEqualTo(all.size());
          String next = page.getLink("next").getUrl();
          page = search(officer, next.substring(next.indexOf('?')));
          seen.addAll(ids(page));
        }
        assertThat(seen).hasSizeGreaterThan(2).isEqualTo(all).doesNotHaveDuplicates();
      }
    }
  }

  private static List<String> ids(Bundle bundle) {
    return bundle.getEntry().stream().map(entry -> entry.getResource().getIdPart()).toList();
  }

  @Test
  @DisplayName("AUD-1 a search that cannot be answered exactly is an error, not a guess")
  void refusesWhatItDoesNotKnow() {
    for (String query :
        List.of(
            "?agent:not=x", "?site=x", "?date=ap2026", "?_sort=agent", "?_after=x", "?action=")) {
      assertThat(server.get(officer, "AuditEvent" + query).statusCode()).as(query).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("AUD-1 the entries of a batch are answered like requests of their own")
  void answersBatches() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
         {"request":{"method":"GET","url":"AuditEvent?patient=audited&_count=1"}}]}
        """;
    assertThat(server.ask(officer, "POST", "", batch).body()).contains("disclosure-");
    assertThat(server.ask(patient, "POST", "", batch).body()).contains("disclosure-");
    assertThat(server.ask(reader, "POST", "", batch).body()).doesNotContain("disclosure-");
  }

  @Test
  @DisplayName("AUD-1 reading events is an event itself, of the patient they are about")
  void recordsThatTheyWereRead() {
    List<JsonNode> added =
        journal.added("audited", () -> search(officer, "?patient=audited&_count=3"));
    assertThat(added).hasSize(1);
    assertThat(added.get(0).path("interaction").asText()).isEqualTo("search-type AuditEvent");
    assertThat(added.get(0).path("count").asInt()).isEqualTo(3);
  }

  @Test
  @DisplayName("AUD-3 histories, empty searches and refusals are events; a refusal is no success")
  void hasWhatOthersLeaveOut() {
    List<AuditEvent> events = found(officer, "?patient=audited&_count=1000");
    assertThat(events)
        .extracting(AuditEventHttpTest::interaction)
        .contains("history-instance Observation", "$everything Patient");
    assertThat(events)
        .filteredOn(event -> interaction(event).equals("search-type Observation"))
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(found(officer, "?patient=audited&agent=auditnosy&outcome=0")).isEmpty();
  }

  @Test
  @DisplayName("AUD-1 what a client posted is kept as it is: no request changes or deletes it")
  void keepsWhatClientsPosted() {
    String event =
        """
        {"resourceType":"AuditEvent","id":"posted","type":{"code":"rest"},
         "recorded":"2026-01-02T03:04:05Z","agent":[{"requestor":true}],
         "source":{"observer":{"display":"a client"}},"outcomeDesc":"%s",
         "entity":[{"what":{"reference":"Patient/audited"}}]}
        """;
    server.load("AuditEvent/posted", event.formatted("first"));
    String loader = server.tokens().loader();
    String changed = event.formatted("second");
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
            + changed
            + ",\"request\":{\"method\":\"PUT\",\"url\":\"AuditEvent/posted\"}}]}";
    assertThat(server.ask(loader, "PUT", "AuditEvent/posted", changed).statusCode()).isEqualTo(405);
    assertThat(server.ask(loader, "DELETE", "AuditEvent/posted", "").statusCode()).isEqualTo(405);
    assertThat(server.ask(loader, "POST", "", batch).statusCode()).isEqualTo(405);
    HttpResponse<String> kept = server.get(reader, "AuditEvent/posted");
    assertThat(kept.body()).contains("first", "\"versionId\":\"1\"");
    assertThat(server.get(patient, "AuditEvent/posted").body()).isEqualTo(kept.body());
    String own = "disclosure-" + "ab".repeat(16);
    String forged = event.formatted("forged").replace("\"posted\"", "\"" + own + "\"");
    assertThat(server.ask(loader, "PUT", "AuditEvent/" + own, forged).statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("AUD-2 HAPI's validator finds no error in any event")
  void areValid() {
    ValidationSupportChain support =
        new ValidationSupportChain(
            new DefaultProfileValidationSupport(FHIR),
            new InMemoryTerminologyServerValidationSupport(FHIR),
            new CommonCodeSystemsTerminologyService(FHIR));
    FhirValidator validator =
        FHIR.newValidator().registerValidatorModule(new FhirInstanceValidator(support));
    List<AuditEvent> events = found(officer, "?_count=100");
    assertThat(events).isNotEmpty();
    for (AuditEvent event : events) {
      assertThat(validator.validateWithResult(event).getMessages())
          .as(FHIR.newJsonParser().encodeResourceToString(event))
          .filteredOn(
              message ->
                  Optional.ofNullable(message.getSeverity())
                      .filter(severity -> severity.compareTo(ResultSeverityEnum.ERROR) >= 0)
                      .isPresent())
          .isEmpty();
    }
  }
}
