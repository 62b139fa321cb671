package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.consent.facts.GovernedTypes;

/**
 * Which parameters a search may have (G6): whatever would let resources other than the hits
 * themselves decide about the answer is an oracle, so it is refused alike for everybody, unless all
 * it touches is open to everybody.
 */
final class SearchRules {
  private static final Set<String> ORACLES =
      Set.of(
          "_filter",
          "_content",
          "_text",
          "_list",
          "_query",
          "_offset",
          "_contained",
          "_containedType");

  private final ISearchParamRegistry parameters;

  SearchRules(ISearchParamRegistry parameters) {
    this.parameters = parameters;
  }

  /** Whether the gate can answer a search with these parameters. */
  boolean allow(String type, Map<String, String[]> query) {
    return query.entrySet().stream()
        .allMatch(entry -> allow(type, entry.getKey(), entry.getValue()));
  }

  /** With a modifier, {@code _id:not} of an id that never was finds nothing at all in HAPI. */
  private boolean allow(String type, String name, String[] values) {
    String plain = name.split(":", 2)[0];
    if (ORACLES.contains(plain) || plain.equals("_has") || name.startsWith("_id:")) {
      return false;
    }
    return isOpenChain(type, name)
        && (!plain.equals("_sort") || Stream.of(values).allMatch(value -> !value.contains(".")));
  }

  /** No chain, or one whose every link leads to open types alone. */
  private boolean isOpenChain(String type, String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return true;
    }
    String[] link = name.substring(0, dot).split(":", -1);
    String rest = name.substring(dot + 1);
    Set<String> targets = link.length > 1 ? Set.of(link[1]) : targets(type, link[0]);
    return !targets.isEmpty()
        && targets.stream()
            .allMatch(target -> GovernedTypes.isOpen(target) && isOpenChain(target, rest));
  }

  private Set<String> targets(String type, String parameter) {
    return Optional.ofNullable(
            parameters.getActiveSearchParam(type, parameter, SearchParamLookupContextEnum.SEARCH))
        .map(RuntimeSearchParam::getTargets)
        .orElse(Set.of());
  }

  /** Whether it asks for whatever a search finds, as {@code Patient?identifier=…} does. */
  static boolean isMatchUrl(String reference) {
    return reference.contains("?");
  }
}
