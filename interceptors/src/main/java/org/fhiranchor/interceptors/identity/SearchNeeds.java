package org.fhiranchor.interceptors.identity;

import static org.fhiranchor.interceptors.identity.scope.Permission.SEARCH;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.SmartScope;

/**
 * What the parameters of a search ask for beside the searched type: a chain or {@code _has} tells
 * about resources of other types, so it needs the right to search those. A link of a chain that
 * does not say its type ({@code subject.name} in place of {@code subject:Patient.name}) could be
 * any type, except that {@code patient} is a Patient. What comes along by {@code _include} or
 * {@code _revinclude} needs nothing here: {@link ScopeReach} leaves out what the scopes do not
 * cover.
 */
final class SearchNeeds {
  private SearchNeeds() {}

  /** Needs of these parameters, name to values, beyond those of the searched type. */
  static Need of(Map<String, String[]> parameters) {
    Set<Need> needs = new LinkedHashSet<>();
    parameters.forEach(
        (name, values) -> {
          needs.addAll(ofName(name));
          if (name.split(":", 2)[0].equals("_sort")) {
            Stream.of(values).forEach(value -> needs.addAll(sorted(value)));
          }
        });
    return new Need.All(List.copyOf(needs));
  }

  private static List<Need> ofName(String name) {
    return name.startsWith("_has:") ? reverseChain(name) : chain(name);
  }

  private static List<Need> sorted(String value) {
    return Stream.of(value.split(",", -1)).flatMap(key -> chain(key).stream()).toList();
  }

  /** {@code _has:Observation:patient:code}, nested as {@code _has:A:b:_has:C:d:e}. */
  private static List<Need> reverseChain(String name) {
    String[] parts = name.split(":", -1);
    List<Need> needs = new ArrayList<>();
    for (int i = 0; i + 1 < parts.length; i++) {
      if (parts[i].equals("_has")) {
        needs.add(Need.on(typeOr(parts[i + 1]), SEARCH));
      }
    }
    needs.addAll(chain(parts[parts.length - 1]));
    return needs;
  }

  /**
   * Every link but the last of {@code subject:Patient.organization:Organization.name}, and what
   * that one looks back from: {@code patient._has:Observation:patient:code}.
   */
  private static List<Need> chain(String name) {
    String[] links = name.split("\\.", -1);
    String last = links[links.length - 1];
    List<Need> behind = last.startsWith("_has:") ? reverseChain(last) : List.of();
    return Stream.concat(
            Stream.of(links).limit(links.length - 1L).map(SearchNeeds::link), behind.stream())
        .toList();
  }

  private static Need link(String link) {
    String[] parts = link.split(":", -1);
    if (parts.length > 1) {
      return Need.on(typeOr(parts[parts.length - 1]), SEARCH);
    }
    boolean patient = parts[0].equals("patient") || parts[0].equals("-patient");
    return Need.on(patient ? "Patient" : SmartScope.ANY_TYPE, SEARCH);
  }

  /** Anything that cannot be a type counts as every type. */
  private static String typeOr(String text) {
    return text.matches("[A-Z][A-Za-z]+") ? text : SmartScope.ANY_TYPE;
  }
}
