package org.fhiranchor.consent.facts;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GovernedTypesTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final FactsReader READER =
      new FactsReader(
          new LocalReferences(List.of()), ZoneOffset.UTC, RelatedResources.NOTHING_KNOWN);

  @Test
  @DisplayName("GOV the types that are always governed are exactly the R4 Patient compartment's")
  void alwaysGovernedIsThePatientCompartment() {
    Set<String> compartment =
        FHIR.getResourceTypes().stream()
            .filter(GovernedTypesTest::isInPatientCompartment)
            .collect(Collectors.toCollection(TreeSet::new));
    // HAPI counts Device in; HL7's definition does not. A patient's Device is governed by its
    // content.
    compartment.remove("Device");
    assertThat(new TreeSet<>(GovernedTypes.always())).isEqualTo(compartment);
  }

  private static boolean isInPatientCompartment(String type) {
    return FHIR.getResourceDefinition(type).getSearchParams().stream()
        .flatMap(
            param ->
                Stream.ofNullable(param.getProvidesMembershipInCompartments()).flatMap(Set::stream))
        .anyMatch("Patient"::equals);
  }

  @Test
  @DisplayName("GOV a type that is neither always governed nor open is governed by its content")
  void theOthers() {
    Set<String> byContent =
        FHIR.getResourceTypes().stream()
            .filter(type -> GovernedTypes.kindOf(type) == GovernedTypes.Kind.BY_CONTENT)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(byContent)
        .containsExactly(
            "Binary",
            "BiologicallyDerivedProduct",
            "Bundle",
            "Contract",
            "Device",
            "DeviceMetric",
            "EnrollmentResponse",
            "GuidanceResponse",
            "Linkage",
            "MessageHeader",
            "OperationOutcome",
            "Parameters",
            "PaymentNotice",
            "PaymentReconciliation",
            "Slot",
            "Subscription",
            "Task",
            "TestReport",
            "VerificationResult");
    assertThat(GovernedTypes.kindOf("SomethingNew")).isEqualTo(GovernedTypes.Kind.BY_CONTENT);
  }

  static Set<String> types() {
    return EveryReference.types(FHIR);
  }

  @ParameterizedTest(name = "GOV every patient that a {0} can refer to is its owner")
  @MethodSource("types")
  void everyReferenceIsFound(String type) {
    RuntimeResourceDefinition definition = FHIR.getResourceDefinition(type);
    EveryReference.Filled filled = EveryReference.of(definition);
    ResourceFacts facts = READER.read(filled.resource());
    assertThat(owners(facts)).containsExactlyInAnyOrderElementsOf(filled.patients());
    assertThat(facts.governed())
        .isEqualTo(!filled.patients().isEmpty() || GovernedTypes.isAlways(type));
  }

  private static List<String> owners(ResourceFacts facts) {
    List<String> owners = new ArrayList<>();
    facts.owners().known().stream().map(PatientId::value).forEach(owners::add);
    facts.parts().forEach(part -> owners.addAll(owners(part)));
    return owners;
  }
}
