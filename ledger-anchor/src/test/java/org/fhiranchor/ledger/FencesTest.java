package org.fhiranchor.ledger;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** ARCHITECTURE.md section 3. */
@AnalyzeClasses(
    packages = "org.fhiranchor.ledger",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class FencesTest {
  @ArchTest
  static final ArchRule ONLY_EVM_KNOWS_WEB3J =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fhiranchor.ledger.evm..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.web3j..", "okhttp3..", "com.fasterxml.jackson.databind..");

  @ArchTest
  static final ArchRule PORTS_KNOW_NOBODY =
      classes()
          .that()
          .resideInAPackage("org.fhiranchor.ledger")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify..", "org.fhiranchor.merkle..", "org.fhiranchor.ledger");

  @ArchTest
  static final ArchRule DECIDERS_SEE_PORTS_ONLY =
      classes()
          .that()
          .resideInAnyPackage(
              "org.fhiranchor.ledger.anchoring..",
              "org.fhiranchor.ledger.consent..",
              "org.fhiranchor.ledger.sending..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "org.fhiranchor.merkle..",
              "org.fhiranchor.ledger",
              "org.fhiranchor.ledger.anchoring..",
              "org.fhiranchor.ledger.consent..",
              "org.fhiranchor.ledger.sending..");

  /** The embedded chain's socket is no file with a secret. */
  @ArchTest
  static final ArchRule SECRETS_ARE_IN_SECRET_FILES =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.fhiranchor.ledger.secret..", "org.fhiranchor.ledger.embedded..")
          .should()
          .dependOnClassesThat()
          .haveSimpleNameStartingWith("PosixFilePermission");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.fhiranchor.ledger.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_SERVER_CODE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..", "ca.uhn..", "java.sql..", "javax.sql..", "jakarta..");
}
