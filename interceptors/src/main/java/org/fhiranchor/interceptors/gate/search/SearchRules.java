package org.fhiranchor.interceptors.gate.search;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.ChainGate;

/**
 * Which parameters a search may have (G6): whatever would let resources other than the hits
 * themselves decide about the answer is an oracle, so it is refused alike for everybody. Chains are
 * no oracle where the gate evaluates them itself ({@link ChainGate}); resources of open types may
 * be hidden too.
 */
public final class SearchRules {
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

  private final ChainRules chains;

  public SearchRules(ChainRules chains) {
    this.chains = chains;
  }

  /** Whether the gate can answer a search with these parameters, chains by searches of its own. */
  public boolean allow(String type, Map<String, String[]> query) {
    return allowNames(query) && searches(type, query) <= ChainRules.MOST_SEARCHES;
  }

  /** The same where nothing but HAPI evaluates chains: there may be none. */
  public boolean allowUnaided(String type, Map<String, String[]> query) {
    return allowNames(query) && !hasChains(type, query);
  }

  /** Whether a chain or {@code _has} lets other resources decide about the answer. */
  public boolean hasChains(String type, Map<String, String[]> query) {
    return searches(type, query) > 0;
  }

  private boolean allowNames(Map<String, String[]> query) {
    return query.entrySet().stream().allMatch(entry -> allow(entry.getKey(), entry.getValue()));
  }

  private int searches(String type, Map<String, String[]> query) {
    return query.entrySet().stream()
        .mapToInt(entry -> searches(type, entry.getKey(), entry.getValue()))
        .sum();
  }

  /** HAPI ignores a parameter without a value, and with it what the chain leads through. */
  private int searches(String type, String name, String[] values) {
    int each = chains.searches(type, name);
    boolean blank = Stream.of(values).anyMatch(value -> value.replace(",", "").isBlank());
    return each > 0 && blank ? ChainRules.MOST_SEARCHES + 1 : each * values.length;
  }

  /** With a modifier, {@code _id:not} of an id that never was finds nothing at all in HAPI. */
  private static boolean allow(String name, String[] values) {
    String plain = name.split(":", 2)[0];
    return !ORACLES.contains(plain)
        && !name.startsWith("_id:")
        && (!plain.equals("_sort") || Stream.of(values).allMatch(value -> !value.contains(".")));
  }

  /** Whether it asks for whatever a search finds, as {@code Patient?identifier=…} does. */
  public static boolean isMatchUrl(String reference) {
    return reference.contains("?");
  }
}
