package org.fhiranchor.consent.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalReferencesTest {
  private static final List<String> PARTS =
      List.of(
          "Patient", "Observation", "p", "a-1", ".", "..", "x", "fhir", "", "_history", "2", "é");

  private final LocalReferences references =
      new LocalReferences(List.of("http://own.example/fhir", "https://own.example/other/"));

  @ParameterizedTest
  @DisplayName("OWN-1 what HAPI takes for a local reference is one, whatever stands before it")
  @ValueSource(
      strings = {
        "Patient/p",
        "/Patient/p",
        "./Patient/p",
        "../Patient/p",
        "x/Patient/p",
        "a/longer/prefix/Patient/p",
        "own.example/fhir/Patient/p",
        "Patient/p/_history/2",
        "x/Patient/p/_history/2",
        "http://own.example/fhir/Patient/p",
        "HTTP://OWN.example/fhir/Patient/p",
        "https://own.example/other/Patient/p/_history/2"
      })
  void oneForm(String text) {
    assertThat(references.normalise(text)).hasValue("Patient/p");
  }

  @ParameterizedTest
  @DisplayName("OWN-1 a relative canonical names a resource, an absolute one is a URL")
  @CsvSource({
    "Patient/p, Patient/p",
    "x/Patient/p|2, Patient/p",
    "Patient/p/_history/2, Patient/p",
    "http://own.example/fhir/Patient/p,",
    "urn:x/Patient/p,",
    "Patient/p#part,",
  })
  void canonicals(String text, @Nullable String name) {
    assertThat(references.normaliseCanonical(text)).isEqualTo(Optional.ofNullable(name));
  }

  @ParameterizedTest
  @DisplayName("OWN-1 another server's, a URN, a search and what names no resource are none")
  @CsvSource({
    "http://other.example/fhir/Patient/p",
    "http://own.example/fhirPatient/p",
    "http://own.example/fhir/x/Patient/p",
    "urn:uuid:00000000-0000-4000-8000-000000000002",
    "urn:oid:1.2/Patient/p",
    "Patient?_id=p",
    "Patient",
    "Patient/",
    "/",
    "//",
    "patient/p",
    "#p",
  })
  void noForm(String text) {
    assertThat(references.normalise(text)).isEmpty();
  }

  @Test
  @DisplayName("OWN-1 of 100,000 random relative texts none names a resource for HAPI alone")
  void agreesWithHapi() {
    Random random = new Random(20_261_129);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(5); part >= 0; part--) {
        text.append(PARTS.get(random.nextInt(PARTS.size()))).append(part == 0 ? "" : "/");
      }
      IdType hapi = new IdType(text.toString());
      if (hapi.hasResourceType()
          && hapi.hasIdPart()
          && hapi.getResourceType().matches("[A-Z][A-Za-z]+")
          && hapi.getIdPart().matches("[A-Za-z0-9.-]{1,64}")) {
        assertThat(references.normalise(text.toString()))
            .as(text.toString())
            .hasValue(hapi.getResourceType() + "/" + hapi.getIdPart());
      }
    }
  }
}
