package org.fhiranchor.server.signin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.ScopeQuery;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/** A scope as a sentence, for whoever is asked to give it. */
final class ScopeWords {
  private static final Map<Permission, String> VERBS =
      Map.of(
          Permission.CREATE, "create",
          Permission.READ, "read",
          Permission.UPDATE, "change",
          Permission.DELETE, "delete",
          Permission.SEARCH, "search");

  private static final Map<ScopeLevel, String> WHOSE =
      Map.of(
          ScopeLevel.PATIENT, "of the one patient",
          ScopeLevel.USER, "that you may see",
          ScopeLevel.SYSTEM, "that a service may see");

  private static final Map<String, String> OTHERS =
      Map.of(
          "openid", "know that it is you, each time",
          "fhirUser", "know which record here is yours",
          "launch", "know what is open in the EHR",
          "launch/patient", "know whose record it is about",
          "launch/encounter", "know which visit it is about",
          "offline_access", "come back without you, for seven days after each time",
          "online_access", "come back without you, for seven days after each time",
          "anchor/compliance.read", "read the journal and every accounting",
          "anchor/registrar", "register patients, their consents and their keys",
          "anchor/operator", "run this server");

  private ScopeWords() {}

  /** Empty for a scope that nobody understands, and nobody gives. */
  static Optional<String> of(String scope) {
    return SmartScopes.parse(scope).resources().stream()
        .findFirst()
        .map(ScopeWords::of)
        .or(() -> Optional.ofNullable(OTHERS.get(scope)));
  }

  private static String of(SmartScope scope) {
    String what = scope.type().equals(SmartScope.ANY_TYPE) ? "everything" : "each " + scope.type();
    String all = "%s %s %s".formatted(verbs(scope), what, WHOSE.getOrDefault(scope.level(), ""));
    return scope.query().map(query -> all + ", only where " + where(query)).orElse(all);
  }

  private static String verbs(SmartScope scope) {
    List<String> verbs =
        Arrays.stream(Permission.values())
            .filter(scope.permissions()::contains)
            .map(one -> VERBS.getOrDefault(one, ""))
            .toList();
    return verbs.size() == 1
        ? verbs.get(0)
        : String.join(", ", verbs.subList(0, verbs.size() - 1))
            + " and "
            + verbs.get(verbs.size() - 1);
  }

  private static String where(ScopeQuery query) {
    return query.terms().stream()
        .map(
            term ->
                term.name()
                    + " is "
                    + term.values().stream()
                        .map(ScopeWords::value)
                        .collect(Collectors.joining(" or ")))
        .collect(Collectors.joining(" and "));
  }

  private static String value(ScopeQuery.Token token) {
    String system = token.system().map(name -> " of " + name).orElse("");
    return token.code().orElse("any code") + system;
  }
}
