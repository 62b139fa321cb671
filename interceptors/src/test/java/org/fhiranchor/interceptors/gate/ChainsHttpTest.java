package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains and _has: a doctor whom one of two patients permits finds exactly that one's. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ChainsHttpTest {
  private static final String NOT_EACH = "cannot be decided for each resource by itself";

  /** Of the 30 parameters that a search may have, each of these is two: itself and a step. */
  private static final int MOST_HAS = 15;

  private final GatedServer server = GatedServer.shared();
  private String doctor;

  @BeforeAll
  void seed() {
    server.load(
        "Organization/ward",
        "{\"resourceType\":\"Organization\",\"id\":\"ward\",\"name\":\"Ward\"}");
    for (String patient : List.of("permits", "refuses")) {
      server.patient(patient);
      server.load(
          "Encounter/visit-" + patient,
          """
          {"resourceType":"Encounter","id":"visit-%1$s","status":"finished","class":{"code":"AMB"},
           "identifier":[{"value":"visit-%1$s"}],"subject":{"reference":"Patient/%1$s"},
           "serviceProvider":{"reference":"Organization/ward"}}
          """
              .formatted(patient));
      server.load(
          "Observation/pulse-" + patient,
          GatedServer.observationOf(
              "pulse-" + patient,
              "\"subject\":{\"reference\":\"Patient/%1$s\"},\"encounter\":{\"reference\":\"Encounter/visit-%1$s\"},\"method\":{\"coding\":[{\"code\":\"chained\"}]}"
                  .formatted(patient)));
    }
    // one that two patients own, and one of them does not permit
    server.load(
        "Observation/pulse-both",
        GatedServer.observationOf(
            "pulse-both",
            "\"subject\":{\"reference\":\"Patient/permits\"},\"performer\":[{\"reference\":\"Patient/refuses\"}],\"method\":{\"coding\":[{\"code\":\"both\"}]}"));
    server.load(
        "Patient/permits",
        "{\"resourceType\":\"Patient\",\"id\":\"permits\",\"identifier\":[{\"value\":\"chained\"}],\"name\":[{\"family\":\"Fpermits\"}]}");
    server.consent("c-permits", "permits", "chain-doc", "TREAT");
    doctor = server.tokens().practitioner("chain-doc", "TREAT");
  }

  private static List<String> ids(HttpResponse<String> answer) {
    return bundle(answer).getEntry().stream()
        .map(entry -> entry.getResource().getIdElement().toUnqualifiedVersionless().getValue())
        .toList();
  }

  private static Bundle bundle(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  @ParameterizedTest
  @DisplayName("G6 a chain leads through what may be seen, and through nothing else")
  @CsvSource({
    "Observation?patient.family=F%s, Observation/pulse-%s",
    "Observation?subject:Patient.family:exact=F%s, Observation/pulse-%s",
    "Observation?subject.family=F%s, Observation/pulse-%s",
    "Observation?subject:Patient.name=F%s, Observation/pulse-%s",
    "Observation?encounter.identifier=visit-%s, Observation/pulse-%s",
    "Observation?encounter.patient.family=F%s, Observation/pulse-%s",
    "Encounter?subject:Patient.family=F%s, Encounter/visit-%s",
    "Patient?_has:Observation:patient:encounter.identifier=visit-%s, Patient/%s",
    "Patient?_has:Encounter:patient:identifier=visit-%s, Patient/%s",
    "Patient?_has:Encounter:patient:_has:Observation:encounter:_id=pulse-%s, Patient/%s",
    "Encounter?patient._has:Observation:patient:_id=pulse-%s, Encounter/visit-%s",
  })
  void onlyThroughWhatIsVisible(String search, String found) {
    assertThat(ids(server.get(doctor, search.formatted("permits"))))
        .contains(found.formatted("permits"));
    assertThat(ids(server.get(doctor, search.formatted("refuses")))).isEmpty();
    assertThat(ids(server.get(doctor, search.formatted("nobody")))).isEmpty();
  }

  @Test
  @DisplayName("G6 a chain that many match holds those of the permitting patient")
  void manyMatch() {
    String search = "Observation?method=chained&subject:Patient.family=Fpermits,Frefuses";
    assertThat(ids(server.get(doctor, search))).containsExactly("Observation/pulse-permits");
    assertThat(bundle(server.get(doctor, search + "&_summary=count")).getTotal()).isEqualTo(1);
    assertThat(ids(server.get(doctor, "Patient?_has:Observation:patient:method=chained")))
        .containsExactly("Patient/permits");
    assertThat(
            ids(
                server.get(
                    doctor,
                    "Organization?_has:Encounter:service-provider:identifier=visit-permits,visit-refuses")))
        .containsExactly("Organization/ward");
    assertThat(
            ids(
                server.get(
                    doctor,
                    "Organization?_has:Encounter:service-provider:identifier=visit-refuses")))
        .isEmpty();
    assertThat(ids(server.get(doctor, "Patient?_has:Observation:patient:method=both"))).isEmpty();
  }

  @Test
  @DisplayName("G6 repeated chains all have to be met")
  void allOfThem() {
    String first = "Observation?patient.family=Fpermits&patient.name=F";
    assertThat(ids(server.get(doctor, first + "permits"))).contains("Observation/pulse-permits");
    assertThat(ids(server.get(doctor, first + "refuses"))).isEmpty();
  }

  @Test
  @DisplayName("G6 the same in a batch, by POST, and with what is included")
  void elsewhere() {
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
          {"request":{"method":"GET","url":"Observation?patient.family=Frefuses"}},
          {"request":{"method":"GET","url":"Observation?patient.family=Fpermits&method=chained"}}]}
        """;
    String body = server.ask(doctor, "POST", "", batch).body();
    assertThat(body).contains("secret-pulse-permits").doesNotContain("secret-pulse-refuses");
    assertThat(
            ids(
                server.get(
                    doctor,
                    "Observation?patient.family=Fpermits&method=chained&_include=Observation:encounter")))
        .containsExactly("Observation/pulse-permits", "Encounter/visit-permits");
  }

  @ParameterizedTest
  @DisplayName("G6 a chain that has no exact answer is refused alike")
  @ValueSource(
      strings = {
        "Observation?patient.gender:not=male",
        "Observation?patient.name:missing=true",
        "Observation?patient.nonsense=x",
        "Observation?patient._id=permits",
        "Observation?patient.family=",
        "Observation?subject:Nonsense.name=x",
        "Observation?patient._lastUpdated=gt2001-01-01",
        "DiagnosticReport?result.code-value-quantity=8867-4$1",
        "Provenance?target._id=pulse-refuses",
        "Patient?_has:Observation:nonsense:code=x",
        "Patient?_has:Observation:patient:code:not=x",
        "Patient?_has:Encounter:patient:_has:Observation:encounter:patient.name=x",
        "Observation?_sort=subject.name"
      })
  void inexact(String search) {
    HttpResponse<String> refused = server.get(doctor, search);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    assertThat(refused.body()).contains(NOT_EACH);
  }

  @Test
  @DisplayName("G6 one search asks for as many inner ones as its parameters may be (SRV-20)")
  void bounded() {
    String most =
        IntStream.range(0, MOST_HAS)
            .mapToObj(i -> "_has:Observation:patient:_id=pulse-permits,nothing-" + i)
            .collect(Collectors.joining("&"));
    assertThat(ids(server.get(doctor, "Patient?" + most))).containsExactly("Patient/permits");
    HttpResponse<String> more =
        server.get(doctor, "Patient?" + most + "&_has:Observation:patient:_id=pulse-permits");
    assertThat(more.statusCode()).as(more.body()).isEqualTo(400);
  }

  @Test
  @DisplayName("G6 a link without a type asks each that it may lead to, 32 inner searches at most")
  void boundedByTypes() {
    // four types each: 32 searches, and half as many parameters as one search may have
    String most = chains(8);
    assertThat(ids(server.get(doctor, "Observation?" + most)))
        .contains("Observation/pulse-permits");
    assertThat(server.get(doctor, "Observation?" + chains(9)).statusCode()).isEqualTo(403);
  }

  private static String chains(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "subject.identifier=chained,nothing-" + i)
        .collect(Collectors.joining("&"));
  }

  @Test
  @DisplayName("G6 a chain needs the right to search what it leads through")
  void scopes() {
    String narrow =
        server.tokens().of("Practitioner/chain-doc", "", "user/Observation.rs", "TREAT");
    assertThat(ids(server.get(narrow, "Observation?patient=permits")))
        .contains("Observation/pulse-permits");
    for (String search :
        List.of(
            "Observation?patient.family=Fpermits",
            "Observation?subject:Patient.family=Fpermits",
            "Observation?patient=permits&encounter.identifier=visit-permits")) {
      assertThat(server.get(narrow, search).statusCode()).as(search).isEqualTo(403);
    }
    String patients =
        server
            .tokens()
            .of("Practitioner/chain-doc", "", "user/Patient.rs user/Encounter.rs", "TREAT");
    for (String search :
        List.of(
            "Patient?_has:Observation:patient:method=chained",
            "Encounter?patient._has:Observation:patient:method=chained")) {
      assertThat(server.get(patients, search).statusCode()).as(search).isEqualTo(403);
    }
    String self = server.tokens().patient("refuses");
    assertThat(ids(server.get(self, "Observation?patient.family=Fpermits"))).isEmpty();
    assertThat(ids(server.get(self, "Observation?patient.family=Frefuses")))
        .contains("Observation/pulse-refuses");
  }

  @Test
  @DisplayName("G10 the condition of a write does not lead through what is hidden")
  void conditions() {
    String body = "{\"resourceType\":\"Organization\",\"name\":\"Ward\"}";
    for (String name : List.of("visit-refuses", "visit-nobody")) {
      HttpResponse<String> answer =
          server.ask(
              doctor,
              "PUT",
              "Organization?_has:Encounter:service-provider:identifier=" + name,
              body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    }
  }
}
