package org.fhiranchor.consent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the module of consent rules may know: values, and the model of R4 resources. */
@AnalyzeClasses(
    packages = "org.fhiranchor.consent",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ConsentFencesTest {
  @ArchTest
  static final ArchRule DECIDING_KNOWS_VALUES_ONLY =
      classes()
          .that()
          .resideInAPackage("org.fhiranchor.consent.decide..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "org.fhiranchor.merkle..",
              "org.fhiranchor.consent.decide..");

  @ArchTest
  static final ArchRule NO_SERVER_AND_NO_STORE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..",
              "ca.uhn.fhir.jpa..",
              "ca.uhn.fhir.rest.server..",
              "java.sql..",
              "javax.sql..",
              "org.fhiranchor.ledger..",
              "org.fhiranchor.interceptors..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.fhiranchor.consent.(*)..").should().beFreeOfCycles();
}
