package org.fhiranchor.server.signin;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/** Of the scopes that an app asks for, those that a person of this role can give. */
final class PersonScopes {
  private static final Set<String> EVERYBODY =
      Set.of("openid", "fhirUser", "launch", "launch/patient", "offline_access", "online_access");

  private PersonScopes() {}

  /** What every client may ask for, whoever signs in. */
  static Set<String> offered() {
    Set<String> offered = new LinkedHashSet<>(List.of("patient/*.cruds", "user/*.cruds"));
    EVERYBODY.stream().sorted().forEach(offered::add);
    SmartScopes.parse(everyRole()).roles().forEach(role -> offered.add(role.scope()));
    return offered;
  }

  private static String everyRole() {
    return Stream.of(DemoRole.values()).map(DemoRole::scope).collect(Collectors.joining(" "));
  }

  /**
   * Those of the wanted scopes that the role covers. One that it covers in part is narrowed to that
   * part, one narrowed by search parameters is left out, as is one that nobody understands.
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
      if ((wide || !narrow) && both.size() == wanted.permissions().size()) {
        return Set.of(text);
      }
      parts.add(
          new SmartScope(own.level(), wide ? wanted.type() : own.type(), both, wanted.query())
              .text());
    }
    return parts;
  }
}
