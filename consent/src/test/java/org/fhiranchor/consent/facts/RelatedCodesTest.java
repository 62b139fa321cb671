package org.fhiranchor.consent.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.ResourceFacts.Referred;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Substance;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RelatedCodesTest {
  @Test
  @DisplayName(
      "DEC-4 what is made of more than is looked at is not known, so that a deny covers it")
  void knowsWhereItStops() {
    int bound = RelatedOwners.MOST_RESOURCES;
    assertThat(prescribed(bound).complete()).isTrue();
    assertThat(prescribed(bound).codes()).hasSize(bound);
    assertThat(prescribed(bound + 1).complete()).isFalse();
  }

  /** Of what is made of so many substances, each of the next one. */
  private static Referred prescribed(int substances) {
    LocalReferences references = new LocalReferences(List.of());
    MedicationRequest request = new MedicationRequest();
    request.setSubject(new Reference("Patient/p")).setMedication(new Reference("Substance/1"));
    return new FactsReader(references, ZoneOffset.UTC, name -> substance(name, substances))
        .read(request)
        .labels()
        .referred();
  }

  private static Optional<Resource> substance(String name, int last) {
    int number = Integer.parseInt(name.substring(name.indexOf('/') + 1));
    Substance substance = new Substance();
    substance.getCode().addCoding().setSystem("urn:c").setCode("c" + number);
    if (number < last) {
      substance.addIngredient().setSubstance(new Reference("Substance/" + (number + 1)));
    }
    return Optional.of(substance);
  }
}
