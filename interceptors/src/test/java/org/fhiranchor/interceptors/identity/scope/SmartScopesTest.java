package org.fhiranchor.interceptors.identity.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.Requesters;
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
        "patient/Observation.rs?category=laboratory",
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

  @Test
  void aNarrowedScopeDoesNotGrantTheWholeType() {
    SmartScopes scopes =
        SmartScopes.parse("patient/Observation.rs?category=laboratory patient/Condition.rs");
    assertThat(scopes.level(Permission.READ, "Observation")).isEmpty();
    assertThat(scopes.level(Permission.READ, "Condition")).contains(ScopeLevel.PATIENT);
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
