package org.fhiranchor.interceptors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import org.springframework.jdbc.core.simple.JdbcClient;

/** ARCHITECTURE.md section 3. */
@AnalyzeClasses(
    packages = "org.fhiranchor.interceptors",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class FencesTest {
  @ArchTest
  static final ArchRule WEB3J_STAYS_IN_THE_LEDGER =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("org.web3j..");

  @ArchTest
  static final ArchRule SQL_STAYS_IN_THE_STORE =
      noClasses()
          .that()
          .resideOutsideOfPackages("..interceptors.store..", "..interceptors.autoconfigure..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..");

  /** Such a stream keeps its connection until somebody closes it. */
  @ArchTest
  static final ArchRule ROWS_ARE_READ_TO_THEIR_END =
      noClasses().should().callMethod(JdbcClient.MappedQuerySpec.class, "stream");

  /** Tokens are checked by Spring Security's decoder: docs/decide/identity-spring-security.md. */
  @ArchTest
  static final ArchRule SPRING_STAYS_AT_THE_EDGE =
      noClasses()
          .that()
          .resideOutsideOfPackages("..interceptors.store..", "..interceptors.autoconfigure..")
          .and(
              DescribedPredicate.not(
                  DescribedPredicate.<JavaClass>describe(
                      "check tokens", type -> type.getSimpleName().startsWith("Jwt"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..");

  /** Of keys, passwords and tokens; the folders of exports hold what their client may read. */
  @ArchTest
  static final ArchRule SECRETS_ARE_IN_SECRET_FILES =
      noClasses()
          .that()
          .resideOutsideOfPackage("..interceptors.export..")
          .should()
          .dependOnClassesThat()
          .haveSimpleNameStartingWith("PosixFilePermission");

  @ArchTest
  static final ArchRule JETTY_IS_THE_SERVERS_BUSINESS =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("org.eclipse.jetty..");

  @ArchTest
  static final ArchRule THE_GATE_ARROWS_POINT_DOWN =
      layers("gate")
          .layer("hooks")
          .definedBy("..interceptors.gate")
          .layer("writes")
          .definedBy("..interceptors.gate.write..")
          .layer("searches")
          .definedBy("..interceptors.gate.search..")
          .layer("decisions")
          .definedBy("..interceptors.gate.decision..")
          .whereLayer("hooks")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("writes")
          .mayOnlyBeAccessedByLayers("hooks")
          .whereLayer("searches")
          .mayOnlyBeAccessedByLayers("hooks", "writes");

  @ArchTest
  static final ArchRule THE_IDENTITY_ARROWS_POINT_DOWN =
      layers("identity")
          .layer("door")
          .definedBy("..interceptors.identity")
          .layer("demo")
          .definedBy("..interceptors.identity.demo..")
          .layer("tokens")
          .definedBy("..interceptors.identity.token..")
          .layer("scopes")
          .definedBy("..interceptors.identity.scope..")
          .whereLayer("door")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("demo")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tokens")
          .mayOnlyBeAccessedByLayers("door", "demo");

  /**
   * Of the classes below one package alone; who uses them from elsewhere is other rules' business.
   */
  private static Architectures.LayeredArchitecture layers(String within) {
    return Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.fhiranchor.interceptors." + within + "..");
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.fhiranchor.interceptors.(*)..").should().beFreeOfCycles();
}
