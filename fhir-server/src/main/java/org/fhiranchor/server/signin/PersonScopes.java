package org.fhiranchor.server.signin;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.ScopeQuery;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/** Of the scopes that an app asks for, those that a person of this role can give. */
final class PersonScopes {
  private static final Set<String> EVERYBODY =
      Set.of(
          "openid",
          "fhirUser",
          "launch",
          "launch/patient",
          SmartTokens.LAUNCH_ENCOUNTER,
          "offline_access",
          "online_access");

  private static final String CODES = "http://terminology.hl7.org/CodeSystem/";
  private static final Map<String, List<String>> CATEGORIES =
      new TreeMap<>(
          Map.of(
              "Condition",
              List.of(
                  CODES + "condition-category|encounter-diagnosis",
                  CODES + "condition-category|problem-list-item",
                  "http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern"),
              "Observation",
              List.of(
                  CODES + "observation-category|laboratory",
                  CODES + "observation-category|social-history",
                  CODES + "observation-category|survey",
                  CODES + "observation-category|vital-signs",
                  "http://hl7.org/fhir/us/core/CodeSystem/us-core-category|sdoh")));

  private PersonScopes() {}

  /** What every client may ask for, whoever signs in. */
  static Set<String> offered() {
    Set<String> offered = new LinkedHashSet<>(List.of("patient/*.cruds", "user/*.cruds"));
    EVERYBODY.stream().sorted().forEach(offered::add);
    SmartScopes.parse(everyRole()).roles().forEach(role -> offered.add(role.scope()));
    return offered;
  }

  /** Beside those: examples of what search parameters may narrow, as US Core names them. */
  static Set<String> said() {
    Set<String> said = offered();
    for (String level : List.of("patient", "user")) {
      CATEGORIES.keySet().forEach(type -> said.addAll(parts(level + "/" + type + ".rs")));
    }
    return said;
  }

  /** What a person may give of this scope in place of the whole: one category each. */
  static List<String> parts(String scope) {
    return SmartScopes.parse(scope).resources().stream()
        .filter(SmartScope::isWhole)
        .flatMap(
            one ->
                CATEGORIES.getOrDefault(one.type(), List.of()).stream()
                    .map(category -> one.text() + "?category=" + category))
        .toList();
  }

  private static String everyRole() {
    return Stream.of(DemoRole.values()).map(DemoRole::scope).collect(Collectors.joining(" "));
  }

  /**
   * Those of the wanted scopes that the role covers. One that it covers in part is narrowed to that
   * part, and one that nobody understands is left out.
   */
  static Set<String> narrowed(Set<String> wanted, DemoRole role) {
    return within(wanted, role.scope() + " " + besides(role) + " " + String.join(" ", EVERYBODY));
  }

  /** The same, of what an app said at its registration that it would ask for. */
  static Set<String> within(Set<String> wanted, String allowed) {
    SmartScopes may = SmartScopes.parse(allowed);
    Set<String> narrowed = new LinkedHashSet<>();
    for (String scope : wanted) {
      SmartScopes one = SmartScopes.parse(scope);
      one.others().stream()
          .filter(EVERYBODY::contains)
          .filter(may.others()::contains)
          .forEach(narrowed::add);
      one.roles().stream().filter(may.roles()::contains).forEach(r -> narrowed.add(r.scope()));
      one.resources().forEach(resource -> narrowed.addAll(within(scope, resource, may)));
    }
    return narrowed;
  }

  /** Those that are about no single patient: nobody says whose record, where no page asks. */
  static Set<String> withoutContext(Set<String> scopes) {
    Set<String> rest = new LinkedHashSet<>(scopes);
    rest.removeIf(scope -> SmartTokens.needsPatient(Set.of(scope)));
    return rest;
  }

  /** A clinician opens one patient's record, and everybody can read who they are. */
  private static String besides(DemoRole role) {
    return switch (role) {
      case PRACTITIONER -> "patient/*.cruds";
      case COMPLIANCE, OPERATOR -> "user/Practitioner.rs";
      default -> "";
    };
  }

  private static Set<String> within(String text, SmartScope wanted, SmartScopes may) {
    Set<String> parts = new LinkedHashSet<>();
    for (SmartScope own : may.resources()) {
      Set<Permission> both = new LinkedHashSet<>(wanted.permissions());
      both.retainAll(own.permissions());
      boolean wide = own.type().equals(SmartScope.ANY_TYPE);
      boolean narrow = wanted.type().equals(SmartScope.ANY_TYPE);
      boolean meet = wide || narrow || own.type().equals(wanted.type());
      if (own.level() != wanted.level() || !meet || both.isEmpty()) {
        continue;
      }
      boolean whole = own.isWhole() || own.query().equals(wanted.query());
      if (whole && (wide || !narrow) && both.size() == wanted.permissions().size()) {
        return Set.of(text);
      }
      String type = wide ? wanted.type() : own.type();
      parts.add(new SmartScope(own.level(), type, both, both(own, wanted)).text());
    }
    return parts;
  }

  /** What search parameters both ask for: all of them. */
  private static Optional<ScopeQuery> both(SmartScope own, SmartScope wanted) {
    return own.query()
        .map(
            mine ->
                wanted.query().filter(theirs -> !theirs.equals(mine)).map(mine::and).orElse(mine))
        .or(wanted::query);
  }
}
