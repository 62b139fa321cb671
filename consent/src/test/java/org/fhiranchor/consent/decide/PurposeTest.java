package org.fhiranchor.consent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PurposeTest {
  @Test
  @DisplayName("DEC-4 the purposes of use and their hierarchy are those that FHIR R4 publishes")
  void hierarchyIsThePublishedOne() {
    Map<String, String> published = new HashMap<>();
    collect(root(codeSystem().getConcept()), "PurposeOfUse", published);
    assertThat(Purpose.hierarchy()).isEqualTo(published);
  }

  @Test
  @DisplayName("DEC-4 every purpose is its own bit and at or below itself and all above it")
  void bits() {
    Purpose.hierarchy()
        .forEach(
            (code, parent) -> {
              Purpose purpose = Purpose.of(code);
              assertThat(Long.bitCount(purpose.bit())).isEqualTo(1);
              assertThat(purpose.isOrIsBelow(purpose)).isTrue();
              assertThat(purpose.isOrIsBelow(Purpose.of(parent))).isTrue();
              assertThat(purpose.isOrIsBelow(Purpose.of("PurposeOfUse"))).isTrue();
              assertThat(Purpose.of(parent).isOrIsBelow(purpose)).isEqualTo(code.equals(parent));
            });
  }

  private static CodeSystem codeSystem() {
    return (CodeSystem)
        Objects.requireNonNull(
            new DefaultProfileValidationSupport(FhirContext.forR4Cached())
                .fetchCodeSystem(Purpose.SYSTEM));
  }

  private static ConceptDefinitionComponent root(List<ConceptDefinitionComponent> concepts) {
    return concepts.stream()
        .flatMap(PurposeTest::withAllBelow)
        .filter(concept -> concept.getCode().equals("PurposeOfUse"))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<ConceptDefinitionComponent> withAllBelow(
      ConceptDefinitionComponent concept) {
    return Stream.concat(
        Stream.of(concept), concept.getConcept().stream().flatMap(PurposeTest::withAllBelow));
  }

  private static void collect(
      ConceptDefinitionComponent at, String parent, Map<String, String> into) {
    into.put(at.getCode(), parent);
    at.getConcept().forEach(child -> collect(child, at.getCode(), into));
  }
}
