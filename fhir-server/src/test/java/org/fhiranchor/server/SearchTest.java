package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchTest {
  private static final Found FOUND = Found.stored(RunningServer.shared().fhir());

  private final FhirHttp fhir = RunningServer.shared().fhir();

  /** One patient with three observations, under a family name of their own. */
  record Found(String family, String identifier, String patient) {
    static Found stored(FhirHttp fhir) {
      String family = "F" + Resources.unique().replace("-", "");
      String identifier = Resources.unique();
      String patient =
          fhir.post("/Patient", Resources.patient(family, identifier)).ok().reference();
      for (int i = 0; i < 3; i++) {
        fhir.post("/Observation", Resources.observation(patient)).ok();
      }
      return new Found(family, identifier, patient);
    }

    String in(String query) {
      return query
          .replace("FAMILY", family)
          .replace("IDENTIFIER", identifier)
          .replace("PATIENT", patient);
    }
  }

  @ParameterizedTest(name = "SRV-5 {0} finds the one patient")
  @ValueSource(
      strings = {
        "/Patient?family=FAMILY",
        "/Patient?name:contains=FAMILY&gender=female",
        "/Patient?identifier=urn:test%7CIDENTIFIER",
        "/Patient?family:exact=FAMILY&birthdate=lt1980-01-01",
        "/Patient?family=FAMILY&_has:Observation:patient:code=8867-4",
        "/Patient?family=FAMILY&_sort=-_lastUpdated&_total=accurate",
        "/PATIENT/_history?_count=5"
      })
  void oneHit(String query) {
    assertThat(fhir.get(FOUND.in(query)).ok().entryTypes()).containsExactly("Patient");
  }

  @ParameterizedTest(name = "SRV-5 {0} finds the three observations")
  @ValueSource(
      strings = {
        "/Observation?subject=PATIENT",
        "/Observation?patient.family=FAMILY&code=http://loinc.org%7C8867-4",
        "/Observation?subject=PATIENT&value-quantity=gt60&date=ge2026-01-01",
        "/Observation?patient.identifier=urn:test%7CIDENTIFIER"
      })
  void threeHits(String query) {
    assertThat(fhir.get(FOUND.in(query)).ok().entryTypes())
        .containsExactly("Observation", "Observation", "Observation");
  }

  @Test
  @DisplayName("SRV-5 POST _search takes the query as a form")
  void postSearch() {
    Answer answer =
        fhir.post(
            "/Patient/_search",
            FOUND.in("family=FAMILY"),
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertThat(answer.ok().entryTypes()).containsExactly("Patient");
  }

  @Test
  @DisplayName("SRV-5 _include and _revinclude bring what is linked")
  void includes() {
    assertThat(
            fhir.get(FOUND.in("/Observation?subject=PATIENT&_include=Observation:subject"))
                .ok()
                .entryTypes())
        .hasSize(4)
        .contains("Patient");
    assertThat(
            fhir.get(FOUND.in("/Patient?family=FAMILY&_revinclude=Observation:subject"))
                .ok()
                .entryTypes())
        .hasSize(4)
        .contains("Observation");
  }

  @Test
  @DisplayName("SRV-5 pages follow each other and show each hit once")
  void paging() {
    Set<String> seen = new HashSet<>();
    String next = FOUND.in("/Observation?subject=PATIENT&_count=1");
    for (int page = 0; page < 3; page++) {
      Answer answer = fhir.get(next).ok();
      assertThat(answer.entries()).hasSize(1);
      answer.entries().forEach(entry -> seen.add(entry.path("fullUrl").asText()));
      next = link(answer, "next");
    }
    assertThat(seen).hasSize(3);
    assertThat(next).isEmpty();
  }

  @Test
  @DisplayName("SRV-5 _summary=count answers the number alone")
  void count() {
    Answer answer = fhir.get(FOUND.in("/Observation?subject=PATIENT&_summary=count")).ok();

    assertThat(answer.json().path("total").asInt()).isEqualTo(3);
    assertThat(answer.entries()).isEmpty();
  }

  @Test
  @DisplayName("SRV-5 GraphQL answers what is asked and no more")
  void graphQl() {
    Answer answer =
        fhir.post(
                FOUND.in("/PATIENT/$graphql"),
                """
                {"query": "{name{family} birthDate}"}
                """,
                "Content-Type",
                "application/json")
            .ok();

    JsonNode data = FhirHttp.parsed(answer.text()).path("data");
    assertThat(data.at("/name/0/family").asText()).isEqualTo(FOUND.family());
    assertThat(data.path("birthDate").asText()).isEqualTo("1970-03-02");
  }

  @Test
  @DisplayName("SRV-6 $everything brings the patient's compartment")
  void everything() {
    List<String> types = fhir.get(FOUND.in("/PATIENT/$everything")).ok().entryTypes();

    assertThat(types).hasSize(4).contains("Patient", "Observation");
  }

  private static String link(Answer answer, String relation) {
    for (JsonNode link : answer.json().path("link")) {
      if (link.path("relation").asText().equals(relation)) {
        return link.path("url").asText();
      }
    }
    return "";
  }
}
