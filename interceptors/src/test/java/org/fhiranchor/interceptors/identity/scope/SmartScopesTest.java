package org.fhiranchor.interceptors.identity.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.Requesters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SmartScopesTest {
  @ParameterizedTest(name = "{0} grants {1} {2} at {3}")
  @CsvSource({
    "patient/Observation.read,  Observation, READ SEARCH,               PATIENT",
    "patient/Observation.write, Observation, CREATE UPDATE DELETE,      PATIENT",
    "user/Observation.*,        Observation, CREATE READ UPDATE DELETE SEARCH, USER",
    "user/*.*,                  Condition,   CREATE READ UPDATE DELETE SEARCH, USER",
    "user/*.read,               Condition,   READ SEARCH,               USER",
    "system/*.rs,               Condition,   READ SEARCH,               SYSTEM",
    "system/*.cruds,            *,           CREATE READ UPDATE DELETE SEARCH, SYSTEM",
    "patient/Observation.r,     Observation, READ,                      PATIENT",
    "patient/Observation.s,     Observation, SEARCH,                    PATIENT",
    "patient/Observation.cud,   Observation, CREATE UPDATE DELETE,      PATIENT",
    "patient/Observation.rs,    Condition,   '',                        PATIENT",
    "patient/Observation.rs,    *,           '',                        PATIENT",
  })
  void readsBothVersionsOfSmart(String scope, String type, String granted, ScopeLevel level) {
    SmartScopes scopes = SmartScopes.parse(scope);
    Set<Permission> wanted =
        Stream.of(granted.split(" ", -1))
            .filter(name -> !name.isEmpty())
            .map(Permission::valueOf)
            .collect(Collectors.toSet());
    for (Permission permission : Permission.values()) {
      assertThat(scopes.level(permission, type).isPresent())
          .as("%s", permission)
          .isEqualTo(wanted.contains(permission));
      scopes.level(permission, type).ifPresent(found -> assertThat(found).isEqualTo(level));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "patient/Observation.sr",
        "patient/Observation.rr",
        "patient/Observation.",
        "patient/Observation.x",
        "patient/Observation.READ",
        "patient/observation.rs",
        "patient/Observation",
        "patient/*",
        "*/*.*",
        "admin/*.cruds",
        "Patient/*.cruds",
        "patient/*.cruds\u0000",
        "patient/Obs*.rs",
        "openid",
        "launch/patient",
        "anchor/unknown"
      })
  void whateverIsNotExactlyAScopeGrantsNothing(String scope) {
    SmartScopes scopes = SmartScopes.parse(scope);
    assertThat(scopes.resources()).isEmpty();
    assertThat(scopes.roles()).isEmpty();
    assertThat(scopes.others()).containsExactly(scope);
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 search parameters that could be read in two ways grant nothing")
  @ValueSource(
      strings = {
        "patient/Observation.rs?",
        "patient/Observation.rs?category",
        "patient/Observation.rs?category=",
        "patient/Observation.rs?=laboratory",
        "patient/Observation.rs?category=,",
        "patient/Observation.rs?category=laboratory,",
        "patient/Observation.rs?category=laboratory&",
        "patient/Observation.rs?&category=laboratory",
        "patient/Observation.rs?category=laboratory&code",
        "patient/Observation.rs?category=a?category=b",
        "patient/Observation.rs?category=a=b",
        "patient/Observation.rs?category=a#b",
        "patient/Observation.rs?category=a+b",
        "patient/Observation.rs?category=|laboratory",
        "patient/Observation.rs?category=|",
        "patient/Observation.rs?category=a|b|c",
        "patient/Observation.rs?category=a%7Cb%7Cc",
        "patient/Observation.rs?category=a%2Cb",
        "patient/Observation.rs?category=a%5C,b",
        "patient/Observation.rs?category=%20laboratory",
        "patient/Observation.rs?category=a%00",
        "patient/Observation.rs?category=%",
        "patient/Observation.rs?category=%zz",
        "patient/Observation.rs?category=%ff",
        "patient/Observation.rs?category=a$b",
        "patient/Observation.rs?category:not=laboratory",
        "patient/Observation.rs?category:in=http://example.org/vs",
        "patient/Observation.rs?c%61tegory=laboratory",
        "patient/Observation.rs?subject.name=x",
        "patient/Observation.rs?_has:Provenance:target:_id=x",
        "patient/Observation.rs?_id=x",
        "patient/Observation.rs?_count=5",
        "patient/Observation.rs?category=laboratory&_count=5",
        "patient/*.rs?category=laboratory",
        "patient/Observation.read?category=laboratory",
        "patient/Observation.*?category=laboratory",
        "patient/Observation.sr?category=laboratory",
        "launch/patient?category=laboratory"
      })
  void unclearSearchParametersGrantNothing(String scope) {
    whateverIsNotExactlyAScopeGrantsNothing(scope);
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 what narrows a scope is kept as it stood")
  @ValueSource(
      strings = {
        "patient/Observation.rs?category=laboratory",
        "user/Observation.cruds?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "system/Observation.r?category=a,b&code=http://loinc.org|",
        "user/Condition.s?code=a%20b&category=%7E"
      })
  void keepsSearchParameters(String scope) {
    SmartScopes scopes = SmartScopes.parse(scope);
    assertThat(scopes.text()).isEqualTo(scope);
    assertThat(scopes.resources())
        .singleElement()
        .satisfies(one -> assertThat(one.isWhole()).isFalse());
  }

  @Test
  @DisplayName("SIGN-5 a value has a system, a code, or both")
  void readsTokens() {
    ScopeQuery query = ScopeQuery.parse("a=http://x|y%20z,q&b=http://x|").orElseThrow();
    assertThat(query.terms())
        .containsExactly(
            new ScopeQuery.Term(
                "a",
                List.of(
                    new ScopeQuery.Token(Optional.of("http://x"), Optional.of("y z")),
                    new ScopeQuery.Token(Optional.empty(), Optional.of("q")))),
            new ScopeQuery.Term(
                "b", List.of(new ScopeQuery.Token(Optional.of("http://x"), Optional.empty()))));
  }

  @Test
  @DisplayName(
      "SIGN-5 parameters, values and narrowed scopes are counted, to the limit and one past")
  void boundsSearchParameters() {
    String parameter = "a=b&".repeat(ScopeQuery.MOST_TERMS - 1);
    assertThat(ScopeQuery.parse(parameter + "a=b")).isPresent();
    assertThat(ScopeQuery.parse(parameter + "a=b&a=b")).isEmpty();
    String value = "a=" + "b,".repeat(ScopeQuery.MOST_VALUES - 1);
    assertThat(ScopeQuery.parse(value + "b")).isPresent();
    assertThat(ScopeQuery.parse(value + "b,b")).isEmpty();
    String longest = "b".repeat(ScopeQuery.LONGEST_VALUE);
    assertThat(ScopeQuery.parse("a=" + longest)).isPresent();
    assertThat(ScopeQuery.parse("a=b" + longest)).isEmpty();
    String narrowed =
        IntStream.range(0, SmartScopes.MAX_NARROWED)
            .mapToObj(i -> "user/Observation.r?code=" + i)
            .collect(Collectors.joining(" "));
    assertThat(SmartScopes.parse(narrowed).resources()).hasSize(SmartScopes.MAX_NARROWED);
    assertThatThrownBy(() -> SmartScopes.parse(narrowed + " user/Observation.r?code=x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("SIGN-5 a scope that is not good makes nobody a back-end service")
  void whatIsTakenOutStillCounts() {
    assertThat(Requesters.with("system/*.rs").isBackEndService()).isTrue();
    assertThat(Requesters.with("system/*.rs user/Observation.rs?x:y=z").isBackEndService())
        .isFalse();
    assertThat(
            Requesters.with("system/*.rs user/Observation.rs?x=z")
                .without(scope -> !scope.isWhole())
                .isBackEndService())
        .isFalse();
  }

  @Test
  void theWidestLevelCounts() {
    SmartScopes scopes = SmartScopes.parse("patient/*.rs user/Observation.r");
    assertThat(scopes.level(Permission.READ, "Observation")).contains(ScopeLevel.USER);
    assertThat(scopes.level(Permission.SEARCH, "Observation")).contains(ScopeLevel.PATIENT);
  }

  @Test
  void ownScopesGrantRoles() {
    SmartScopes scopes =
        SmartScopes.parse("anchor/compliance.read anchor/registrar anchor/operator");
    assertThat(scopes.roles()).isEqualTo(EnumSet.allOf(Role.class));
  }

  @Test
  void anEmptyClaimGrantsNothing() {
    assertThat(SmartScopes.parse("  ").others()).isEmpty();
    assertThat(SmartScopes.parse("").resources()).isEmpty();
  }

  @Test
  void readsAsManyScopesAsTheLimitAndNotOneMore() {
    String full = "user/Observation.r ".repeat(SmartScopes.MAX_SCOPES);
    assertThat(SmartScopes.parse(full).resources()).hasSize(1);
    assertThatThrownBy(() -> SmartScopes.parse(full + "openid"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPatientScopeWithoutAPatientGrantsNothing() {
    assertThat(Requesters.with("patient/*.cruds").level(Permission.READ, "Observation")).isEmpty();
    assertThat(Requesters.patient("p1", "patient/*.cruds").level(Permission.READ, "Observation"))
        .contains(ScopeLevel.PATIENT);
  }

  @Test
  void aTokenIsLimitedToItsPatientUnlessAnotherScopeReachesFurther() {
    assertThat(Requesters.patient("p1", "patient/*.rs").onlyPatient("Patient")).contains("p1");
    assertThat(Requesters.patient("p1", "patient/*.rs user/Patient.r").onlyPatient("Patient"))
        .isEmpty();
    assertThat(Requesters.with("user/*.rs").onlyPatient("Patient")).isEmpty();
  }
}
